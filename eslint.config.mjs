import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", ".cache", "**/dist", "sandbox/.cloud", "sandbox/.state", "sandbox/.stacks"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: "error",
      // `const { [key]: _, ...others } = all` is how a property is left out.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
  },
  { files: ["**/*.mjs", "**/*.mts", "**/*.js", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
  // CloudFront calls the function by its name; nothing here does.
  {
    files: ["components/edge/maintenance/function.js"],
    rules: { "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^handler$", caughtErrors: "none" }] },
  },
  // What Node loads before anything is transpiled can only require.
  { files: ["**/*.cjs", "policy/index.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
