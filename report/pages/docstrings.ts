// What the source says above each key: docstrings of object literals, followed through calls, constants and imports.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export interface Docstring {
  readonly text: string;
  /** What stands behind `@default`. */
  readonly default?: string;
}

interface Place {
  readonly file: ts.SourceFile;
  readonly node: ts.Node;
}

const parsed = new Map<string, ts.SourceFile>();
function sourceOf(name: string): ts.SourceFile {
  const known = parsed.get(name) ?? ts.createSourceFile(name, readFileSync(name, "utf8"), ts.ScriptTarget.ES2022, true);
  parsed.set(name, known);
  return known;
}

/** By path, such as `database.instances[].class`, of the object that an exported constant is made from. */
export function docstringsOf(file: string, constant: string): ReadonlyMap<string, Docstring> {
  const found = new Map<string, Docstring>();
  const start = resolve(sourceOf(path.resolve(file)), constant);
  if (start === undefined) throw new Error(`${file} has no constant ${constant}`);
  walk(start, "", found);
  return found;
}

function walk({ file, node }: Place, at: string, found: Map<string, Docstring>): void {
  if (ts.isIdentifier(node)) {
    const place = resolve(file, node.text);
    if (place !== undefined) walk(place, at, found);
  } else if (ts.isCallExpression(node)) {
    walkCall(file, node, at, found);
  } else if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) walkProperty(file, property, at, found);
  }
}

function walkCall(file: ts.SourceFile, node: ts.CallExpression, at: string, found: Map<string, Docstring>): void {
  const {
    expression,
    arguments: [first],
  } = node;
  // `.default(…)` and `.optional()` say nothing of what they stand behind.
  if (ts.isPropertyAccessExpression(expression)) return walk({ file, node: expression.expression }, at, found);
  if (!ts.isIdentifier(expression) || first === undefined) return;
  if (expression.text === "block") return walk({ file, node: first }, at, found);
  if (expression.text === "list") return walk({ file, node: first }, `${at}[]`, found);
  const made = resolve(file, expression.text);
  if (made !== undefined) walk(made, at, found);
}

function walkProperty(
  file: ts.SourceFile,
  property: ts.ObjectLiteralElementLike,
  at: string,
  found: Map<string, Docstring>,
): void {
  if (ts.isSpreadAssignment(property)) return walk({ file, node: property.expression }, at, found);
  if (!ts.isPropertyAssignment(property) && !ts.isShorthandPropertyAssignment(property)) return;
  const key = at === "" ? property.name.getText() : `${at}.${property.name.getText()}`;
  const value = ts.isPropertyAssignment(property) ? property.initializer : property.name;
  const own = docstring(property) ?? (ts.isIdentifier(value) ? docstringOfConstant(file, value.text) : undefined);
  if (own !== undefined) found.set(key, own);
  walk({ file, node: value }, key, found);
}

/** What a name stands for: a constant's value, or what a function gives back; in this file or where it is imported from. */
function resolve(file: ts.SourceFile, name: string): Place | undefined {
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const declared = statement.declarationList.declarations.find((one) => one.name.getText() === name);
      if (declared?.initializer) return { file, node: returned(declared.initializer) };
    }
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name)
      return { file, node: returned(statement) };
  }
  const from = importOf(file, name);
  return from === undefined ? undefined : resolve(sourceOf(from), name);
}

function returned(node: ts.Node): ts.Node {
  if (ts.isArrowFunction(node)) return returned(node.body);
  const body = ts.isFunctionDeclaration(node) ? node.body : ts.isBlock(node) ? node : undefined;
  const statement = body?.statements.find(ts.isReturnStatement);
  return statement?.expression ?? node;
}

function importOf(file: ts.SourceFile, name: string): string | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const names = statement.importClause?.namedBindings;
    if (names === undefined || !ts.isNamedImports(names) || !names.elements.some((one) => one.name.text === name))
      continue;
    const target = path.resolve(path.dirname(file.fileName), `${statement.moduleSpecifier.text}.ts`);
    return existsSync(target) ? target : undefined;
  }
  return undefined;
}

function docstringOfConstant(file: ts.SourceFile, name: string): Docstring | undefined {
  const from = importOf(file, name);
  const source = from === undefined ? file : sourceOf(from);
  const statement = source.statements.find(
    (one) =>
      ts.isVariableStatement(one) &&
      one.declarationList.declarations.some(({ name: known }) => known.getText() === name),
  );
  return statement && docstring(statement);
}

export function docstring(node: ts.Node): Docstring | undefined {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  if (comment === undefined) return undefined;
  const tag = comment.tags?.find(({ tagName }) => tagName.text === "default");
  const text = ts.getTextOfJSDocComment(comment.comment) ?? "";
  const value = tag && ts.getTextOfJSDocComment(tag.comment);
  return { text: oneLine(text), ...(value !== undefined && { default: oneLine(value) }) };
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ").trim();
