/**
 * Says of a text that it is no command file of zonecfg at all, though its name is one: a sentence for the user, or
 * `undefined`. Only where there is no doubt, for nothing else is then said about the file.
 */
export function foreignFile(text: string): string | undefined {
  if (/^\s*<\?xml\b|^\s*<!DOCTYPE zone\b|^\s*<zone\b/.test(text))
    return "This is the stored form of a zone (XML), not a command file for zonecfg: it is not checked.";
  if (/^\s*\{\s*"[^"\n]*"\s*:/.test(text))
    return "This is a JSON file, such as a manifest for vmadm or zadm, not a command file for zonecfg: it is not checked.";
  if (/^#!\s*\S*\b(?:python[\d.]*|perl|ruby|node)\b/.test(text))
    return "This is a script, not a command file for zonecfg: it is not checked.";
  return undefined;
}
