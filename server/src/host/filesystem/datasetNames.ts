/**
 * Names of datasets and snapshots: letters, digits, blanks and `-_.:` in components. Source: dataset_namecheck() in
 * usr/src/common/zfs/zfs_namecheck.c, and zfs_validate_name() in libzfs for the words.
 */

/** Without the end of its string: ZFS_MAX_DATASET_NAME_LEN. */
const LONGEST = 255;

const GOOD = /^[\w.: -]+(?:\/[\w.: -]+)*$/;

/** What is wrong with the name of a dataset that is to be made, in the words of zfs(8). */
export function datasetNameProblem(name: string): string | undefined {
  if (GOOD.test(name)) {
    if (name.length > LONGEST) return "name is too long";
    return name.includes("/") ? undefined : "missing dataset name";
  }
  if (name.startsWith("/")) return "leading slash in name";
  if (name.endsWith("/")) return "trailing slash in name";
  if (name.split(/[/@]/).includes("")) return "empty component in name";
  if (name.includes("@")) return "snapshot delimiter '@' is not expected here";
  return wrongCharacter(name);
}

/** The same of what stands behind the `@`. */
export function snapshotNameProblem(name: string): string | undefined {
  if (name === "") return "empty component in name";
  if (name.includes("@")) return "multiple '@' delimiters in name";
  return wrongCharacter(name);
}

function wrongCharacter(name: string): string | undefined {
  const [found] = /[^\w.: /-]/.exec(name) ?? (name.includes("/") ? ["/"] : []);
  return found === undefined ? undefined : `invalid character '${found}' in name`;
}
