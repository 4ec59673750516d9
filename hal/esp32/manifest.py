"""What the ESP32 image takes from micropython-lib, and the type shims. The image builder reads this file.

It is written in MicroPython's manifest language: `require` takes a package of micropython-lib, `module` a file beside
this one. microdot is not in micropython-lib; the image builder takes it from the wheel in requirements.lock.
"""

require("datetime")
require("hmac")
require("logging")
module("__future__.py", base_path="lib")
module("typing.py", base_path="lib")
