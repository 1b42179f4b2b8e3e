/** The tree: departments, their aisles, their shelves. Slugs follow from the names, so names are unique. */
export const tree = {
  'Kitchen & Dining': {
    Tableware: ['Mugs & Cups', 'Plates & Bowls', 'Glassware', 'Carafes'],
    'Tea & Coffee': ['Teapots', 'Kettles', 'Coffee Makers'],
    Cooking: ['Pots & Casseroles', 'Pans', 'Knives', 'Chopping Boards'],
    Pantry: ['Storage Jars', 'Mills'],
    'Kitchen Linen': ['Tea Towels', 'Aprons'],
  },
  Living: {
    Lighting: ['Table Lamps', 'Floor Lamps', 'Pendant Lamps'],
    Furniture: ['Chairs & Stools', 'Tables & Desks', 'Shelving'],
    Textiles: ['Throws & Blankets', 'Cushions', 'Rugs'],
    Decoration: ['Vases', 'Candle Holders', 'Mirrors', 'Clocks', 'Wall Art'],
    Storage: ['Baskets'],
  },
  Bathroom: { 'Bath Linen': ['Towels'], Accessories: ['Bath Storage'] },
  'Desk & Paper': {
    Writing: ['Notebooks', 'Pens', 'Planners', 'Cards'],
    'Desk Tools': ['Desk Organisers', 'Scissors'],
  },
  Outdoor: {
    Garden: ['Plant Pots', 'Watering Cans', 'Garden Tools'],
    Camping: ['Tents', 'Lanterns', 'Camp Furniture'],
    'On the Move': ['Backpacks', 'Bottles', 'Tote Bags'],
  },
} as const;

type Tree = typeof tree;
type Aisles = Tree[keyof Tree];
/** The categories that products are in: the lowest level of the tree. */
export type Shelf = Aisles extends infer A ? (A extends Record<string, readonly (infer S)[]> ? S : never) : never;
