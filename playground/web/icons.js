/** The icons, drawn as strokes on a 24-unit grid in the color of the text around them. */

const SHAPES = {
  hash: "M5 9h15M4 15h15M10.5 4 8 20M16 4l-2.5 16",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.5 7.1",
  slash: "M15 5 9 19M4 4h16v16H4z",
  send: "M4 12 3 4l18 8-18 8 1-8Zm0 0h8",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  down: "M6 9l6 6 6-6",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  arrowUp: "M12 19V5M6 11l6-6 6 6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  external: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  attach: "M19 11l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5L13 4a3 3 0 0 1 4.3 4.3l-8.1 8.1"
    + "a1.5 1.5 0 0 1-2.1-2.1L14 7.4",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  eyeOff: "M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.6 3.4"
    + "M6.4 7.5A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.3-1.1M10 10a3 3 0 0 0 4 4",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"
    + "M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
  warning: "M12 4 2.5 20h19zM12 10v4M12 17v.1",
  muted: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12",
  crown: "M4 18h16l1-10-5 4-4-7-4 7-5-4z",
  reply: "M10 7 5 12l5 5M5 12h9a5 5 0 0 1 5 5v2",
  loop: "M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5",
  check: "M5 12.5 10 17.5 19 7",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a6.6 6.6 0 0 0 10.5 10.5Z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2"
    + "M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  smile: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.5 14a4.2 4.2 0 0 0 7 0"
    + "M9 9.5v.6M15 9.5v.6",
  more: "M5.5 12h.1M12 12h.1M18.5 12h.1",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  zoomIn: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5M8 11h6M11 8v6",
  zoomOut: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5M8 11h6",
  thread: "M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12h5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  upload: "M12 15V4M7 8.5 12 3.5l5 5M4 15v5h16v-5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20.5c.8-4 4-6 8-6s7.2 2 8 6",
  shield: "M12 3.5 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6z",
  apps: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  bolt: "M13 3 5 13.5h5.5L10 21l8-10.5h-5.5z",
  pause: "M8.5 5v14M15.5 5v14",
  play: "M7 4.5v15l12-7.5z",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9v.1",
  home: "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon; it says nothing to screen readers, so the control around it needs a label.
 *
 * @param {keyof typeof SHAPES} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
