import { type Item, literal, type Section } from "@zonewarden/grammars/jail-conf/tree";

const bySection = new WeakMap<Section, readonly string[]>();

/** The network interfaces that a section names. Kept with the section: a file has thousands, an edit changes one. */
export function interfacesOf(section: Section): readonly string[] {
  let names = bySection.get(section);
  if (!names) {
    const found = new Set<string>();
    collect(section.items, found);
    names = [...found];
    bySection.set(section, names);
  }
  return names;
}

function collect(items: readonly Item[], found: Set<string>) {
  for (const item of items) {
    if (item.kind === "jail") {
      collect(item.items, found);
      continue;
    }
    const name = literal(item.name);
    const isInterface = name === "interface" || name === "vnet.interface";
    if (!isInterface && name !== "ip4.addr" && name !== "ip6.addr") continue;
    for (const value of item.values) {
      const text = literal(value);
      const bar = text?.indexOf("|") ?? -1;
      const candidate = isInterface ? text : bar > 0 ? text?.slice(0, bar) : undefined;
      if (candidate && /^[A-Za-z][\w.:-]*$/.test(candidate)) found.add(candidate);
    }
  }
}
