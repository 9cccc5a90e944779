/** Looking closer at a picture: wheel, pinch, double click, keys; and moving it about. */

const MOST = 8; // times the size that fits
const STEP = 1.4;
const CLOSER = 2.5; // what a double click goes to
const MOVE = 80; // px for an arrow key

export class Zoom {
  /**
   * @param {HTMLElement} stage what the picture moves in
   * @param {HTMLElement} image
   * @param {(scale: number) => void} changed
   */
  constructor(stage, image, changed) {
    this.stage = stage;
    this.image = image;
    this.changed = changed;
    this.pointers = new Map(); // pointer id → where it is
    this.moved = false;
    this.pressedOn = null; // what the last press began on
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("dblclick", (event) => this.#doubleClick(event));
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    this.reset();
  }

  /** Back to the size that fits. */
  reset() {
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.#show();
  }

  /** One step closer (1) or further away (-1), at the middle. */
  step(by) {
    this.#to(this.scale * STEP ** by);
  }

  /** Move what is seen, by arrow keys. */
  pan(right, down) {
    this.x -= right * MOVE;
    this.y -= down * MOVE;
    this.#show();
  }

  /** Whether the press that just ended moved the picture rather than meant it. */
  get wasMoved() {
    return this.moved;
  }

  /** Change the scale while the point under `at` stays where it is. */
  #to(scale, at = { x: 0, y: 0 }) {
    const next = Math.min(MOST, Math.max(1, scale));
    const ratio = next / this.scale;
    this.x = at.x - (at.x - this.x) * ratio;
    this.y = at.y - (at.y - this.y) * ratio;
    this.scale = next;
    this.#show();
  }

  #wheel(event) {
    event.preventDefault();
    this.#to(this.scale * Math.exp(-event.deltaY / 400), this.#place(event));
  }

  #doubleClick(event) {
    if (event.target.closest("button, a")) return;
    if (this.scale > 1) this.reset();
    else this.#to(CLOSER, this.#place(event));
  }

  #down(event) {
    if (event.target.closest("button, a")) return;
    this.moved = false;
    this.pressedOn = event.target;
    this.pointers.set(event.pointerId, this.#place(event));
    this.stage.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#place(event);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (Math.hypot(now.x - before.x, now.y - before.y) > 0) this.moved = true;
    if (other) {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      this.#to((this.scale * apart(now)) / apart(before), middle);
    } else if (this.scale > 1) {
      this.x += now.x - before.x;
      this.y += now.y - before.y;
      this.#show();
    }
  }

  /** Where a pointer is, from the middle of the stage. */
  #place(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.x - box.width / 2, y: event.clientY - box.y - box.height / 2 };
  }

  #show() {
    // The picture may not be lost out of sight.
    const reach = (size, whole) => Math.max(0, (size * this.scale - whole) / 2);
    const limit = (value, most) => Math.min(most, Math.max(-most, value));
    this.x = limit(this.x, reach(this.image.offsetWidth, this.stage.clientWidth));
    this.y = limit(this.y, reach(this.image.offsetHeight, this.stage.clientHeight));
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.stage.classList.toggle("zoomed", this.scale > 1);
    this.changed(this.scale);
  }
}
