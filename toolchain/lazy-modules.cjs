// Keeps the Pulumi SDK from loading what no program here uses. To serialise closures (dynamic providers, callback functions) it loads npm's
// arborist and the TypeScript compiler whenever it is loaded itself: more than half of what its start costs. Here they are
// loaded when somebody first asks something of them, and then they are the real ones.
"use strict";
const { Module, createRequire } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi"));

for (const name of ["@npmcli/arborist", "./typescript-shim"]) defer(sdk.resolve(name));

/**
 * @param {string} file of a CommonJS module that has only named exports
 * @param {object} known its exports that can be had without it, by name
 */
function defer(file, known = {}) {
  if (require.cache[file] !== undefined) return;
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[file];
      real = sdk(file);
    }
    return real;
  };
  const later = new Module(file);
  later.filename = file;
  later.loaded = true;
  later.exports = new Proxy(
    {},
    {
      get: (_, key) => {
        // Asked by `import * as` of compiled code, which would otherwise copy every property.
        if (key === "__esModule") return true;
        return Object.hasOwn(known, key) ? known[key] : load()[key];
      },
      has: (_, key) => key in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        // A proxy may not call fixed what its target does not have.
        return found && { ...found, configurable: true };
      },
    },
  );
  require.cache[file] = later;
}

exports.defer = defer;
