"""A transaction that the platform understands and does not do."""


class Refused(Exception):
    """`text` goes to the clinic as err_msg; the interface has no catalogue of error numbers.

    `code` is used by the e-voucher service alone, whose answers carry a number.
    """

    def __init__(self, text: str, code: int = -1) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
