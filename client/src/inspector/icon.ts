import { Uri } from "vscode";

/** The picture on the tabs of inspectors: a lens over blocks, in the greys of VS Code's own icons. */
export const panelIcon = { light: picture("#424242"), dark: picture("#c5c5c5") };

function picture(colour: string): Uri {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" fill="none" stroke="${colour}" stroke-width="1.1"><path d="M1.5 1.5h5v5h-5zM9.5 1.5h5v3M1.5 9.5h3v5h-3z"/><circle cx="9.5" cy="9.5" r="3.5"/><path d="m12 12 3 3" stroke-linecap="round"/></svg>`;
  return Uri.from({ scheme: "data", path: `image/svg+xml;base64,${btoa(svg)}` });
}
