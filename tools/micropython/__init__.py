"""Runs the portable tests inside MicroPython (the WebAssembly build of the npm package pinned in `package.json`)."""
