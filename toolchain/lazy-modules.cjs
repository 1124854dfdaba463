// Keeps the Pulumi SDK, and zod, from loading what no program here uses. To serialise closures (dynamic providers, callback
// functions) the SDK loads npm's arborist and the TypeScript compiler whenever it is loaded itself: more than half of what its start
// costs; its Automation API and what finds a closure's packages are a third of the rest. zod loads its messages in fifty languages.
// Here they are loaded when somebody first asks something of them, and then they are the real ones.
"use strict";
const { Module, createRequire } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi"));

for (const name of ["@npmcli/arborist", "./typescript-shim", "./automation"]) defer(sdk.resolve(name));
const codePaths = defer(sdk.resolve("./runtime/closure/codePaths"), {
  // The SDK hands it on when it is loaded itself.
  computeCodePaths: (...args) => codePaths().computeCodePaths(...args),
});

defer(createRequire(require.resolve("zod")).resolve("./v4/locales/index.cjs"));

/**
 * @param {string} file of a CommonJS module that has only named exports
 * @param {object} known its exports that can be had without it, by name
 * @returns {() => object} the real one
 */
function defer(file, known = {}) {
  if (require.cache[file] !== undefined) return () => sdk(file);
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
  return load;
}

exports.defer = defer;
