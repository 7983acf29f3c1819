import { generateJails, generateZone, generateZones } from "./generate.mjs";

/** An edit that can be made and taken back: so many characters into a line, a text is put in. */
const put = (character, text) => ({ character, text });

const zone = {
  language: "zonecfg",
  uri: "file:///bench/web.zonecfg",
  small: "create -b\nset zonepath=relative\n",
  spot: "\tset type=lofs",
  typo: put(5, "x"),
  unclosed: { quote: put(10, '"'), resource: put(1, "add net;") },
  global: { line: "set ip-type=exclusive", ...put(21, "x") },
  // The grammar of the real zonecfg took 0.074 s for 0.87 MB.
  real: { name: "zonecfg", msPerMb: 74 / 0.87 },
};

/**
 * What is measured. `generate` makes a text of about so many lines; edits are made in lines that hold `spot`, and each
 * of them makes a finding and takes it away again.
 */
export const subjects = [
  {
    name: "jail.conf",
    language: "jail-conf",
    uri: "file:///bench/jail.conf",
    generate: generateJails,
    small: "a { persist; path = ; }\n",
    spot: "allow.raw_sockets",
    typo: put(1, "x"),
    unclosed: { quote: put(1, 'a = "'), brace: put(1, "a {") },
    global: { line: "exec.clean;", ...put(0, "x") },
    // jail(8) took 0.067 s for 1.18 MB.
    real: { name: "jail(8)", msPerMb: 67 / 1.18 },
  },
  { name: "zonecfg, one zone", generate: generateZone, ...zone },
  { name: "zonecfg, many zones", generate: generateZones, ...zone },
];
