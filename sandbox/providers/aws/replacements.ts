import type { Replacements } from "../difference";

export const REPLACEMENTS: Readonly<Record<string, Replacements>> = {};
