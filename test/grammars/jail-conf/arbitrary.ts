import fc from "fast-check";

/** Fragments that meet in real files, and the ones that hurt: quotes, escapes, comments, braces, odd bytes. */
const pieces = [
  "web",
  "db ",
  "path",
  " = ",
  "+=",
  ";",
  ";\n",
  "\n",
  "{",
  "}",
  "{\n",
  "}\n",
  "\n}\n",
  " ",
  "\t",
  ",",
  '"',
  "'",
  '"/jails/$name"',
  "'single'",
  "$x",
  "${x}",
  "${",
  "\\",
  "\\\n",
  '\\"',
  "#",
  "# note\n",
  "//",
  "/*",
  "*/",
  "/* c */",
  "*",
  "/",
  "+",
  "$",
  "10.0.0.1/24",
  "persist;",
  'exec.start = "/bin/sh /etc/rc";\n',
  "\r\n",
  "\u00a0",
  "\ufeff",
  "é",
  "\f",
  "a.b {\n",
  "    ip4.addr = 192.0.2.1;\n",
  '.include "x.conf";\n',
  "\0",
];

/** Any text, and texts made of the fragments above. */
export const anyText = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 5, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((a) => a.join("")) },
);

/** A replacement in a text: positions as fractions, so that it fits any length. */
export const anyEdit = fc.record({
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(12)),
  text: fc.oneof(
    fc.constantFrom(...pieces, ""),
    fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((a) => a.join("")),
  ),
});
