"""What seals, hashes PINs and makes the device key on the ESP32. Runs on CPython and MicroPython."""

import hashlib
import hmac
import unittest
from binascii import hexlify, unhexlify

from hal.errors import ConfigError, SealBroken
from hal.esp32.cipher import AesCtrHmacCipher
from hal.esp32.keys import EfuseKeyStore
from hal.esp32.pin_hash import EfusePbkdf2PinHash, pbkdf2_sha256
from tests.portable.aes_blocks import AesBlocks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.esp32.cipher import Ecb

KEY = bytes(range(32))
NONCE = bytes([0x40 + index for index in range(12)])
# docs/sealed-records.md, "An example", suite 3.
LABEL = unhexlify("020300030c303030303030303030303031")
NAME = LABEL + b"r/visit/000000000001"
PLAIN = '{"a":1,"name":"张三"}'.encode()
SEALED = unhexlify("2762f26443ef6cc844dd8f7cf94a635a7065012a45fa34110040ad088df65f31782f03d6489560")


def ecb_of(key: bytes) -> "Ecb":
    return AesBlocks(key).encrypt


def chip_hmac(message: bytes) -> bytes:
    """The HMAC peripheral in software; its key never leaves this line."""
    return hmac.new(b"fuses of a test, 32 bytes long..", message, hashlib.sha256).digest()


class Blocks(unittest.TestCase):
    def test_the_blocks_of_fips_197(self) -> None:
        encrypted = AesBlocks(KEY).encrypt(unhexlify("00112233445566778899aabbccddeeff") * 2)
        self.assertEqual(encrypted, unhexlify("8ea2b7ca516745bfeafc49904b496089") * 2)


class Suite3(unittest.TestCase):
    def test_the_example_of_the_page(self) -> None:
        cipher = AesCtrHmacCipher(ecb_of)
        self.assertEqual((cipher.suite, cipher.nonce_size), (3, 12))
        self.assertEqual(cipher.seal(KEY, NONCE, PLAIN, NAME), SEALED)
        self.assertEqual(cipher.open(KEY, NONCE, SEALED, NAME), PLAIN)

    def test_any_length_comes_back_and_no_block_of_the_stream_twice(self) -> None:
        cipher = AesCtrHmacCipher(ecb_of)
        for size in (0, 1, 15, 16, 17, 1023, 1024, 1025, 4097):
            sealed = cipher.seal(KEY, NONCE, bytes(size), NAME)
            self.assertEqual(len(sealed), size + 16)
            self.assertEqual(cipher.open(KEY, NONCE, sealed, NAME), bytes(size))
            blocks = [sealed[start : start + 16] for start in range(0, size - 15, 16)]
            self.assertEqual(len(set(blocks)), len(blocks))

    def test_a_stream_that_goes_on_behind_the_256th_block(self) -> None:
        cipher = AesCtrHmacCipher(ecb_of)
        sealed = cipher.seal(KEY, NONCE, bytes(16 * 258), b"")
        block_key = hmac.new(KEY, b"cunyitong/suite-3/encrypt", hashlib.sha256).digest()
        for number in (0, 63, 64, 255, 256, 257):
            counter = NONCE + number.to_bytes(4, "big")
            self.assertEqual(sealed[16 * number : 16 * number + 16], AesBlocks(block_key).encrypt(counter))

    def test_another_key_between_does_no_harm(self) -> None:
        cipher = AesCtrHmacCipher(ecb_of)
        other = cipher.seal(bytes(32), NONCE, PLAIN, NAME)
        self.assertEqual(cipher.seal(KEY, NONCE, PLAIN, NAME), SEALED)
        self.assertEqual(cipher.open(bytes(32), NONCE, other, NAME), PLAIN)

    def test_what_was_altered_or_moved_does_not_open(self) -> None:
        cipher = AesCtrHmacCipher(ecb_of)
        broken = [(KEY, NONCE, SEALED, NAME[:-1]), (bytes(32), NONCE, SEALED, NAME), (KEY, b"", SEALED, NAME)]
        broken += [(KEY, bytes(12), SEALED, NAME), (KEY, NONCE, SEALED[:-1], NAME), (KEY, NONCE, b"", NAME)]
        for at in range(len(SEALED)):
            flipped = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]
            broken.append((KEY, NONCE, flipped, NAME))
        for key, nonce, sealed, name in broken:
            with self.assertRaises(SealBroken):
                cipher.open(key, nonce, sealed, name)

    def test_the_border_between_name_and_ciphertext_is_fixed(self) -> None:
        cipher = AesCtrHmacCipher(ecb_of)
        moved = SEALED[:1]
        with self.assertRaises(SealBroken):
            cipher.open(KEY, NONCE, SEALED[1:], NAME + moved)

    def test_a_nonce_of_another_length_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            AesCtrHmacCipher(ecb_of).seal(KEY, bytes(16), PLAIN, NAME)


class Pins(unittest.TestCase):
    def test_the_vectors_of_rfc_7914(self) -> None:
        first = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        self.assertEqual(hexlify(pbkdf2_sha256(b"passwd", b"salt", 1)).decode(), first)

    def test_vectors_like_those_of_rfc_6070(self) -> None:
        long_secret = b"passwordPASSWORDpassword"
        long_salt = b"saltSALTsaltSALTsaltSALTsaltSALTsalt"
        rows = (
            (b"password", b"salt", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
            (b"password", b"salt", 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
            (long_secret, long_salt, 4096, "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1"),
        )
        for secret, salt, rounds, expected in rows:
            self.assertEqual(hexlify(pbkdf2_sha256(secret, salt, rounds)).decode(), expected)

    def test_a_secret_longer_than_a_block_is_hashed_first(self) -> None:
        long = b"s" * 65
        self.assertEqual(pbkdf2_sha256(long, b"salt", 3), pbkdf2_sha256(hashlib.sha256(long).digest(), b"salt", 3))

    def test_a_pin_cannot_be_tried_without_the_chip(self) -> None:
        pins = EfusePbkdf2PinHash(chip_hmac)
        stretched = pins.stretch(b"283746", b"s" * 16)
        self.assertEqual(pins.name, "pbkdf2-efuse-1000-" + pins.name[-8:])
        self.assertEqual(stretched, pins.stretch(b"283746", b"s" * 16))
        self.assertEqual(len(stretched), 32)
        self.assertTrue(stretched != pins.stretch(b"283747", b"s" * 16))
        self.assertTrue(stretched != pins.stretch(b"283746", b"t" * 16))
        other_chip = EfusePbkdf2PinHash(lambda message: hashlib.sha256(message).digest())
        self.assertTrue(stretched != other_chip.stretch(b"283746", b"s" * 16))
        self.assertTrue(pins.name != other_chip.name)  # a vault that was restored here asks for new PINs
        self.assertEqual(pins.name, EfusePbkdf2PinHash(chip_hmac).name)
        self.assertEqual(EfusePbkdf2PinHash(chip_hmac, 2).name, "pbkdf2-efuse-2-" + pins.name[-8:])


class Keys(unittest.TestCase):
    def test_the_chip_makes_the_same_key_every_time(self) -> None:
        keys = EfuseKeyStore(chip_hmac)
        self.assertEqual((keys.level, keys.kind), (4, "efuse"))
        self.assertEqual(len(keys.device_key()), 32)
        self.assertEqual(keys.device_key(), EfuseKeyStore(chip_hmac).device_key())

    def test_a_chip_without_a_key_is_told(self) -> None:
        def no_key(_message: bytes) -> bytes:
            raise OSError(-1)

        def silent(_message: bytes) -> bytes:
            return bytes(32)

        def always_the_same(_message: bytes) -> bytes:
            return b"k" * 32

        def short(message: bytes) -> bytes:
            return chip_hmac(message)[:16]

        for efuse_hmac in (no_key, silent, always_the_same, short):
            with self.assertRaises(ConfigError) as refused:
                EfuseKeyStore(efuse_hmac).device_key()
            self.assertEqual(refused.exception.code, "keys.no_efuse")
