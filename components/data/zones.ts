/** The zone of the node at `index`, round the zones in the order given: three nodes are in three zones, never in two. */
export function zoneAt(index: number, zoneNames: readonly string[]): string {
  const zone = zoneNames[index % zoneNames.length];
  if (zone === undefined) throw new Error("There is no zone to put a node in.");
  return zone;
}
