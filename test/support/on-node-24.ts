// Before each file of the tests on Node 24: they would say nothing if they ran on another.
if (!process.version.startsWith("v24.")) throw new Error(`this is Node ${process.version}, not Node 24`);
