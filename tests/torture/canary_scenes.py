"""What is played for the canary: a day with everything in it that a terminal keeps of people."""

NAME, PIN = "韦医生", "283746"
SECOND, SECOND_PIN = "𬀩医生", "605918"  # a name beyond the 65,536 characters that two bytes can tell
WRONG_PINS = ("739164", "582613")
DIAGNOSES = ("J00.x00", "急性鼻咽炎", "R05.x00")
ARGUED = "替𬀩家媳妇代买的益母草"  # the doctor's reason against the audit
NOTED = "张三和𬀩嫂的单子已交窗口办"  # and on a difference of the day end
REFUSAL = "药品追溯码81000170622758698313已被𬀩张三使用"
SAID = (ARGUED, NOTED, REFUSAL)
SIGN_IN = f"sign in {NAME} {PIN}"
DEVICES = "expect device card_reader ready\nexpect device scanner ready\nexpect device printer ready"

CARD = f"""
card lay zhang-san
expect step diagnose
choose diagnosis J00.x00
choose drugs aspirin x1, smectite x1
scan amoxicillin-1
expect notice trace.other_drug
scan broken-label
scan smectite-1
fault platform.refuse 3505 {REFUSAL}
fault printer.paper_out_after 9
scan aspirin-1
press settle
expect device printer fault printer.paper_out
fault clear printer.paper_out_after
cover open
paper load
cover close
expect device printer ready
expect step done within 60s
press reprint
expect step done
card remove
press finish
"""
CODE = """
press scan
scan qr li-fang
expect patient 李芳
choose diagnosis R05.x00
choose drugs ibuprofen x1
scan ibuprofen-1
expect step confirm
fault network.cut_after 2207
press settle
expect network offline within 60s
"""
PERMIT = """
card lay li-si
expect patient 李四
card remove
choose diagnosis J00.x00
choose drugs metformin x1
scan metformin-1
expect step confirm
"""
NUMBER = """
press set-aside
type number 360426201001010074
expect patient 韦明
choose diagnosis J00.x00
choose drugs amoxicillin x1
scan amoxicillin-2
press settle
expect step done
press cancel
expect step cancelled
press finish
card lay sun-qi
expect notice insurance.refused
card remove
"""
AGAINST = """
card lay wei-ming
expect patient 韦明
choose diagnosis J00.x00
choose drugs motherwort-granules x1
scan motherwort-granules-1
expect step confirm
"""
AGAINST_ALL_THE_SAME = """
press settle
expect step done
card remove
press finish
"""
STICK = """
stick in
press export
stick out
office takes in
"""
SET_CLOCK = """
import os, time
from pathlib import Path

_now, _exists = time.time, os.path.exists
time.time = lambda: _now() + 86400 * int(os.environ["CANARY_DAYS"])
os.path.exists = lambda path: path == Path("/run/systemd/timesync/synchronized") or _exists(path)
"""
