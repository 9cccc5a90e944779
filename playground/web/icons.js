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
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  external: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"
    + "M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
  warning: "M12 4 2.5 20h19zM12 10v4M12 17v.1",
  muted: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12",
  crown: "M4 18h16l1-10-5 4-4-7-4 7-5-4z",
  reply: "M10 7 5 12l5 5M5 12h9a5 5 0 0 1 5 5v2",
  loop: "M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5",
  check: "M5 12.5 10 17.5 19 7",
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
