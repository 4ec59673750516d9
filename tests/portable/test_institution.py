"""The institution as the platform knows it. Runs on CPython and MicroPython."""

import unittest

from firmware.insurance.institution import institution_of, institution_question
from firmware.insurance.schema import check

# The answer of a province's test platform, names replaced.
ANSWER = {
    "medinsinfo": [
        {"fixmedins_code": "H99999900002", "fixmedins_name": "别的卫生室", "fixmedins_type": "1"},
        {
            "fixmedins_code": "H99999900001",
            "uscc": None,
            "fixmedins_name": "测试村卫生室",
            "fixmedins_type": "1",
            "hosp_lv": "02",
        },
    ]
}


class Institution(unittest.TestCase):
    def test_the_question(self) -> None:
        question = institution_question("H99999900001")
        check("1201", question)
        self.assertEqual(question["medinsinfo"]["fixmedins_type"], "1")

    def test_the_one_with_the_code(self) -> None:
        want = {"code": "H99999900001", "name": "测试村卫生室", "credit_code": "", "kind": "1", "level": "2"}
        self.assertEqual(institution_of(ANSWER, "H99999900001"), want)
        self.assertEqual(institution_of(ANSWER, "H99999900003"), None)
        self.assertEqual(institution_of({}, "H99999900001"), None)
