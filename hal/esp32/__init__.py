"""MicroPython on the ESP32-S3: what stands behind the ports there, and the modules its stock firmware lacks (`lib`)."""
