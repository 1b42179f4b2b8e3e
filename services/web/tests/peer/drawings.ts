/** Pictures for the test peer's products: a thing on a coloured ground. */
export const kinds = ['mug', 'bowl', 'lamp', 'chair', 'cushion', 'bottle', 'vase', 'notebook'] as const;
export type Kind = (typeof kinds)[number];

const shapes: Record<Kind, (tone: string, dark: string) => string> = {
  mug: (tone, dark) =>
    `<path d="M690 430h60a110 110 0 0 1 0 220h-60" fill="none" stroke="${dark}" stroke-width="46"/><path d="M300 330h400v330a90 90 0 0 1-90 90H390a90 90 0 0 1-90-90Z" fill="${tone}"/><ellipse cx="500" cy="330" rx="200" ry="40" fill="${dark}"/>`,
  bowl: (tone, dark) =>
    `<path d="M210 430h580c0 190-110 310-230 320H440C320 740 210 620 210 430Z" fill="${tone}"/><ellipse cx="500" cy="430" rx="290" ry="70" fill="${dark}"/>`,
  lamp: (tone, dark) =>
    `<path d="M485 470h30v270h-30z" fill="${dark}"/><path d="M360 740h280v26H360z" fill="${dark}"/><path d="M400 230h200l110 260H290Z" fill="${tone}"/>`,
  chair: (tone, dark) =>
    `<path d="M340 220h34v540h-34zM640 520h34v240h-34zM340 520h34v240h-34z" fill="${dark}"/><path d="M340 220h300v180H340z" fill="${tone}"/><path d="M330 490h360v60H330z" fill="${tone}"/>`,
  cushion: (tone, dark) =>
    `<path d="M270 300q230 50 460 0-40 210 0 420-230-40-460 0 40-210 0-420Z" fill="${tone}"/><path d="M330 510h340M500 350v320" stroke="${dark}" stroke-width="10" stroke-dasharray="22 18"/>`,
  bottle: (tone, dark) =>
    `<path d="M450 220h100v110q80 40 80 140v240q0 50-50 50H420q-50 0-50-50V470q0-100 80-140Z" fill="${tone}"/><path d="M440 190h120v70H440z" fill="${dark}"/>`,
  vase: (tone, dark) =>
    `<path d="M430 300h140q-20 90 60 190 60 110-30 260H400q-90-150-30-260 80-100 60-190Z" fill="${tone}"/><ellipse cx="500" cy="300" rx="70" ry="16" fill="${dark}"/>`,
  notebook: (tone, dark) =>
    `<rect x="320" y="250" width="380" height="500" rx="18" fill="${tone}"/><path d="M370 250v500" stroke="${dark}" stroke-width="14"/><path d="M450 350h180v90H450z" fill="${dark}" opacity=".35"/>`,
};

/** Every hue a ground, a tone and a dark of its own, so that each product looks like itself. */
export const drawing = (kind: Kind, hue: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1200" viewBox="0 0 1000 1000"><rect width="1000" height="1000" fill="hsl(${hue} 38% 86%)"/><ellipse cx="500" cy="770" rx="330" ry="42" fill="hsl(${hue} 30% 60%)" opacity=".35"/>${shapes[kind](`hsl(${hue} 52% 45%)`, `hsl(${hue} 48% 29%)`)}</svg>`;
