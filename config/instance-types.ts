/**
 * Families and sizes that AWS offers, so that a class which does not exist is found here and not by an update that
 * fails after an hour. Sources: Aurora user guide, "DB instance classes"; ElastiCache user guide, "Supported node types".
 */
type Families = Readonly<Record<string, readonly string[]>>;

const upTo = (last: string): readonly string[] => {
  const sizes = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"];
  return sizes.slice(0, sizes.indexOf(last) + 1);
};

/** Aurora MySQL 3. `db.serverless` is another shape of cluster, and not this program's. */
export const databaseFamilies: Families = {
  "db.t4g": ["medium", "large"],
  "db.r6g": upTo("16xlarge"),
  "db.r6i": upTo("32xlarge"),
  "db.r7g": upTo("16xlarge"),
  "db.r7i": [...upTo("24xlarge"), "48xlarge"],
  "db.r8g": [...upTo("24xlarge"), "48xlarge"],
  "db.x2g": upTo("16xlarge"),
};

/** Redis OSS 7. */
export const cacheFamilies: Families = {
  "cache.t4g": ["micro", "small", "medium"],
  "cache.m6g": upTo("16xlarge"),
  "cache.m7g": upTo("16xlarge"),
  "cache.r6g": upTo("16xlarge"),
  "cache.r7g": upTo("16xlarge"),
};

export function splitType(type: string): { family: string; size: string } {
  const dot = type.lastIndexOf(".");
  return { family: type.slice(0, dot), size: type.slice(dot + 1) };
}

export const isOffered = (families: Families, type: string): boolean => {
  const { family, size } = splitType(type);
  return families[family]?.includes(size) ?? false;
};

/** T classes earn CPU credits while idle and crawl when they are spent. */
export const isBurstable = (type: string): boolean => /^(db|cache)\.t\d/.test(type);
