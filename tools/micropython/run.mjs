// Runs one portable test module in a MicroPython VM and prints the report as one line of JSON.
// The plan comes as JSON on standard input, so that all decisions are made (and typed) in run.py:
//   {"heap": bytes, "path": [folder in the VM], "files": [[path on disk, path in the VM]], "module": name}
import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const plan = JSON.parse(fs.readFileSync(0, "utf8"));
const printed = [];
const vm = await loadMicroPython({ heapsize: plan.heap, stdout: (line) => printed.push(line), linebuffer: true });

function makeFolder(folder) {
  if (vm.FS.analyzePath(folder).exists) return;
  makeFolder(path.posix.dirname(folder));
  vm.FS.mkdir(folder);
}

for (const [source, target] of plan.files) {
  makeFolder(path.posix.dirname(target));
  vm.FS.writeFile(target, fs.readFileSync(source));
}

let report;
try {
  // A task of its own: what awaits at the top level of this VM cannot be timed out (asyncio.wait_for needs a task).
  await vm.runPythonAsync(`
import sys
sys.path[:] = ${JSON.stringify(plan.path)} + [".frozen"]
import asyncio
import runner
report = await asyncio.create_task(runner.run_module(${JSON.stringify(plan.module)}))
import gc
gc.collect()
`);
  report = JSON.parse(vm.globals.get("report"));
  // This VM collects garbage only between calls from JavaScript, and takes more memory instead of giving up. So a limit on the
  // heap would not be one; what is still held now, after a collection, is what the modules under test really keep.
  vm.runPython("kept = gc.mem_alloc()");
  report.kept = vm.globals.get("kept");
} catch (error) {
  report = { passed: [], failed: [["", String(error.message ?? error)]], kept: 0 }; // it could not be imported
}
console.log(JSON.stringify({ ...report, printed }));
process.exit(0); // tasks of the tests that still wait shall not hold us
