"""How far texts stand out from what is behind them, reckoned in the page as WCAG does."""

# The contrast of every text with what is behind it, as WCAG reckons it.
CONTRAST = """() => {
    const parse = (color) => {
        const canvas = parse.canvas ??= new OffscreenCanvas(1, 1).getContext("2d",
            { willReadFrequently: true });
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
    const behind = (element) => {
        const layers = [];
        for (let each = element; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            if (style.backgroundImage !== "none") return null;
            layers.push(parse(style.backgroundColor));
        }
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.map((v) => v / 255)
            .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const poor = [];
    for (const element of document.querySelectorAll("body *")) {
        const said = [...element.childNodes]
            .some((node) => node.nodeType === 3 && node.data.trim());
        const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        if (!said || !shown) continue;
        if (element.closest(".sr-only, :disabled, [aria-disabled=true], .skip")) continue;
        const below = behind(element);
        if (!below) continue;
        const above = over(parse(getComputedStyle(element).color), below);
        const [a, b] = [light(above), light(below)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        const about = `${element.className}: ${element.textContent.slice(0, 30)} ${ratio}`;
        if (ratio < 4.5) poor.push(about);
    }
    return poor;
}"""
