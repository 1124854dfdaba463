import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";
import { Declarations, enumValues } from "./declarations";
import { documentedDefault, forcesReplacement } from "./documentation";
import type { Kind, Output, Properties, Property, ResourceSchema } from "./kinds";
import { InstalledPackage } from "./packages";

/** The compiler takes a third of a second to load: only where the cache lacks something. */
let compiler: typeof ts;

/** Reads resource types out of the .d.ts files of an installed provider package. Only the parser is used, no type checker. */
export class Typings {
  private declarations: Declarations | undefined;
  private other: Typings | undefined;

  constructor(readonly source: InstalledPackage) {
    compiler ??= createRequire(__filename)("typescript") as typeof ts;
  }

  resource(token: string): ResourceSchema | undefined {
    const provider = token === `pulumi:providers:${this.source.name}`;
    const file = provider ? join(this.source.folder, "provider") : this.source.fileOf(token);
    if (file === undefined) return undefined;
    const type = provider ? "Provider" : (token.split(":")[2] ?? "");
    const tree = compiler.createSourceFile(
      "resource.d.ts",
      readFileSync(`${file}.d.ts`, "utf8"),
      compiler.ScriptTarget.Latest,
    );
    let inputs: Properties | undefined;
    let outputs: Record<string, Output> = {};
    const objects = new Map<string, Properties>();
    tree.forEachChild((node) => {
      if (compiler.isInterfaceDeclaration(node) && node.name.text === `${type}Args`) {
        inputs = this.properties(node, tree, objects);
      } else if (compiler.isClassDeclaration(node) && node.name?.text === type) {
        outputs = this.outputs(node, tree);
      }
    });
    if (inputs === undefined) throw new Error(`${file}.d.ts declares no ${type}Args: the typings changed their form`);
    return { token, inputs, outputs, objects: Object.fromEntries(objects), secretOutputs: secretOutputs(`${file}.js`) };
  }

  private properties(node: ts.InterfaceDeclaration, tree: ts.SourceFile, objects: Map<string, Properties>): Properties {
    const found: Record<string, Property> = {};
    for (const member of node.members) {
      if (!compiler.isPropertySignature(member) || member.type === undefined) continue;
      const documentation = documentationOf(member, tree);
      const { kind } = this.kind(member.type, tree, objects);
      found[nameOf(member.name)] = {
        kind,
        ...(member.questionToken === undefined && { required: true }),
        ...(forcesReplacement(documentation) && { replaces: true }),
        ...(documentation.includes("@deprecated") && { deprecated: true }),
      };
    }
    return found;
  }

  private outputs(node: ts.ClassDeclaration, tree: ts.SourceFile): Record<string, Output> {
    const found: Record<string, Output> = {};
    for (const member of node.members) {
      if (!compiler.isPropertyDeclaration(member) || member.type === undefined) continue;
      const wrapped = compiler.isTypeReferenceNode(member.type) ? member.type.typeArguments?.[0] : undefined;
      if (wrapped === undefined) continue;
      const parts = compiler.isUnionTypeNode(wrapped) ? [...wrapped.types] : [wrapped];
      const defined = parts.filter((part) => part.kind !== compiler.SyntaxKind.UndefinedKeyword);
      const fallback = documentedDefault(documentationOf(member, tree));
      found[nameOf(member.name)] = {
        kind: outputKind(defined[0]),
        ...(defined.length === parts.length && { always: true }),
        ...(fallback !== undefined && { fallback }),
      };
    }
    return found;
  }

  private kind(node: ts.TypeNode, tree: ts.SourceFile, objects: Map<string, Properties>): { kind: Kind } {
    const inner = (part: ts.TypeNode): Kind => this.kind(part, tree, objects).kind;
    switch (node.kind) {
      case compiler.SyntaxKind.StringKeyword:
        return { kind: "string" };
      case compiler.SyntaxKind.NumberKeyword:
        return { kind: "number" };
      case compiler.SyntaxKind.BooleanKeyword:
        return { kind: "boolean" };
      case compiler.SyntaxKind.AnyKeyword:
        return { kind: "any" };
    }
    if (compiler.isParenthesizedTypeNode(node)) return { kind: inner(node.type) };
    if (compiler.isArrayTypeNode(node)) return { kind: { list: inner(node.elementType) } };
    if (compiler.isLiteralTypeNode(node) && compiler.isStringLiteral(node.literal))
      return { kind: { values: [node.literal.text] } };
    if (compiler.isTypeLiteralNode(node)) {
      const signature = node.members.find(compiler.isIndexSignatureDeclaration);
      if (signature) return { kind: { map: inner(signature.type) } };
    }
    if (compiler.isUnionTypeNode(node)) {
      return {
        kind: union(node.types.filter((part) => part.kind !== compiler.SyntaxKind.UndefinedKeyword).map(inner)),
      };
    }
    if (compiler.isTypeReferenceNode(node)) {
      const name = node.typeName.getText(tree);
      const [argument] = node.typeArguments ?? [];
      if (name === "pulumi.Input" && argument) return { kind: inner(argument) };
      return { kind: this.reference(name, objects) };
    }
    throw new Error(`${this.source.toString()}: a form of type that is not known: ${node.getText(tree)}`);
  }

  private reference(name: string, objects: Map<string, Properties>): Kind {
    if (name.startsWith("inputs.")) return this.object(name.slice("inputs.".length), "", objects);
    if (name.startsWith("pulumiAws.types.input.")) {
      this.other ??= new Typings(new InstalledPackage("aws"));
      return this.other.object(name.slice("pulumiAws.types.input.".length), "aws!", objects);
    }
    if (name.startsWith("enums.") || name.startsWith("pulumiAws.types.enums.")) {
      const values = enumValues(this.source.folder, name.slice(name.indexOf("enums.") + "enums.".length));
      return values ? { values } : "string";
    }
    if (name.startsWith("pulumi.asset.")) return name.endsWith("Archive") ? "archive" : "asset";
    // A resource class (`string | Role`): the engine hands over its id. ARN and the like are aliases of string.
    return "string";
  }

  private object(name: string, prefix: string, objects: Map<string, Properties>): Kind {
    const key = prefix + name;
    if (!objects.has(key)) {
      this.declarations ??= new Declarations(join(this.source.folder, "types", "input.d.ts"));
      const text = this.declarations.source(name);
      if (text === undefined) throw new Error(`${this.source.toString()}: types/input.d.ts declares no ${name}`);
      const tree = compiler.createSourceFile("input.d.ts", text, compiler.ScriptTarget.Latest);
      objects.set(key, {});
      const node = tree.statements.find(compiler.isInterfaceDeclaration);
      if (node) objects.set(key, this.properties(node, tree, objects));
    }
    return { object: key };
  }
}

function union(kinds: Kind[]): Kind {
  // `string | enums.X` takes any string: the enum only documents.
  const plain = new Set(kinds.filter((kind) => typeof kind === "string"));
  const rest = kinds.filter((kind) => typeof kind !== "string" && !("values" in kind && plain.has("string")));
  const all: Kind[] = [...plain, ...rest];
  return all.length === 1 && all[0] !== undefined ? all[0] : { oneOf: all };
}

function nameOf(name: ts.PropertyName): string {
  return compiler.isIdentifier(name) || compiler.isStringLiteral(name) ? name.text : "";
}

function documentationOf(node: ts.Node, tree: ts.SourceFile): string {
  return (compiler.getLeadingCommentRanges(tree.text, node.pos) ?? [])
    .map((range) => tree.text.slice(range.pos, range.end).replace(/\n\s*\* ?/g, " "))
    .join(" ");
}

function outputKind(node: ts.TypeNode | undefined): Output["kind"] {
  switch (node?.kind) {
    case compiler.SyntaxKind.StringKeyword:
      return "string";
    case compiler.SyntaxKind.NumberKeyword:
      return "number";
    case compiler.SyntaxKind.BooleanKeyword:
      return "boolean";
    case compiler.SyntaxKind.ArrayType:
      return "list";
    case compiler.SyntaxKind.TypeLiteral:
      return "object";
  }
  return node && compiler.isTypeReferenceNode(node) && node.getText !== undefined ? "object" : "string";
}

function secretOutputs(file: string): string[] {
  const list = /additionalSecretOutputs: \[([^\]]*)\]/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  return [...list.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? "");
}
