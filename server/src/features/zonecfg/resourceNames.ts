/** What tells resources of one type apart, in a few words. `get` gives the text of a property. */
export function resourceDetail(type: string, get: (property: string) => string | undefined): string {
  const join = (...properties: string[]) => properties.flatMap((property) => get(property) || []).join(" ");
  switch (type) {
    case "net":
      return join("physical", "address") || join("allowed-address");
    case "anet":
      return join("linkname", "lower-link");
    case "fs": {
      const dir = get("dir") ?? "";
      const special = get("special") ?? "";
      return special === "" ? dir : `${dir} ← ${special}`;
    }
    case "attr": {
      const value = get("value");
      return value === undefined ? join("name") : `${get("name") ?? ""}=${value}`;
    }
    case "rctl":
      return join("name");
    case "device":
      return join("match") || join("storage");
    case "dedicated-cpu":
    case "capped-cpu":
    case "virtual-cpu":
      return join("ncpus");
    case "capped-memory":
      return ["physical", "swap", "locked"]
        .flatMap((property) => (get(property) ? `${property}=${get(property)}` : []))
        .join(" ");
    case "inherit-pkg-dir":
      return join("dir");
    case "admin":
      return join("user", "auths");
    case "security-flags":
      return ["lower", "default", "upper"]
        .flatMap((property) => (get(property) ? `${property}=${get(property)}` : []))
        .join(" ");
    default:
      return join("name") || join("id") || join("fmri") || join("storage") || join("path");
  }
}
