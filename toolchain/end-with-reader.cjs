// Ends a program when whoever reads what it prints is gone: that is the engine, and it was killed. Without this the SDK would
// log for ever, on a whole processor, that it cannot log.
"use strict";
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code === "EPIPE") process.exit(1);
    throw error;
  });
}
