/** One page about the stores that Google runs; the shop's own dashboards come with the operator's chart. */
import type { Site } from '../../naming.ts';
import { type Engine, memoryOf } from './alerts.ts';

type Graph = { title: string; metric: string; resource: string };

const graphs = (engine: Engine): Graph[] => [
  {
    title: 'Databases: processor',
    metric: 'cloudsql.googleapis.com/database/cpu/utilization',
    resource: 'cloudsql_database',
  },
  {
    title: 'Databases: disk',
    metric: 'cloudsql.googleapis.com/database/disk/utilization',
    resource: 'cloudsql_database',
  },
  {
    title: 'Databases: lag of replicas',
    metric: 'cloudsql.googleapis.com/database/replication/replica_lag',
    resource: 'cloudsql_database',
  },
  { title: `${engine}: memory`, ...memoryOf[engine] },
  { title: 'Nodes: processor', metric: 'kubernetes.io/node/cpu/allocatable_utilization', resource: 'k8s_node' },
  { title: 'Volumes', metric: 'kubernetes.io/pod/volume/utilization', resource: 'k8s_pod' },
];

export const dashboard = (site: Site, engine: Engine) => ({
  displayName: `${site.shop}, ${site.environment}`,
  mosaicLayout: {
    columns: 48,
    tiles: graphs(engine).map((graph, index) => ({
      xPos: (index % 2) * 24,
      yPos: Math.floor(index / 2) * 16,
      width: 24,
      height: 16,
      widget: widget(graph),
    })),
  },
});

const widget = ({ title, metric, resource }: Graph) => ({
  title,
  xyChart: {
    dataSets: [
      {
        plotType: 'LINE',
        timeSeriesQuery: {
          timeSeriesFilter: {
            filter: `metric.type="${metric}" resource.type="${resource}"`,
            aggregation: { alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_MEAN' },
          },
        },
      },
    ],
  },
});
