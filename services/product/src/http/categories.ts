import { reply, route } from '@storefront/kit/http';
import { Slug } from '@storefront/commerce/ids';
import { CategoryTree as CategoryTreeView, NewCategory } from '../contract.ts';
import { toTree } from '../domain/categories.ts';
import type { CategoryTree } from '../store/categories.ts';

const CategoryChange = NewCategory.omit({ slug: true }).meta({ id: 'CategoryChange' });

export const categoryRoutes = ({ categories }: { categories: CategoryTree }) => [
  route({
    method: 'GET',
    path: '/categories',
    summary: 'The category tree',
    allow: ['anyone'],
    response: CategoryTreeView,
    cache: { maxAge: '1m', stale: '10m' },
    async handle() {
      return reply({ items: toTree(await categories.recent()) });
    },
  }),
  route({
    method: 'POST',
    path: '/categories',
    summary: 'Create a category; the same one again is answered with 200',
    allow: ['merchant'],
    body: NewCategory,
    response: NewCategory,
    success: [200, 201],
    refuses: [409],
    async handle({ body }) {
      const { category, isNew } = await categories.create(body);
      return reply(category, { status: isNew ? 201 : 200 });
    },
  }),
  route({
    method: 'PUT',
    path: '/categories/:slug',
    summary: 'Rename or move a category; its products follow within seconds',
    allow: ['merchant'],
    params: { slug: Slug },
    body: CategoryChange,
    response: NewCategory,
    refuses: [404, 409],
    async handle({ params: { slug }, body }) {
      return reply(await categories.change({ slug, ...body }));
    },
  }),
];
