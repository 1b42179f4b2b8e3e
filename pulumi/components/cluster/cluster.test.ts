import { describe, expect, it } from 'vitest';
import { maintenanceWindow } from './cluster-args.ts';

describe('the maintenance window', () => {
  it('begins and ends at the hours that were chosen, on the days that were', () => {
    expect(maintenanceWindow({ start: '01:00', hours: 6, days: ['MO', 'TH'] })).toEqual({
      startTime: '2026-01-01T01:00:00Z',
      endTime: '2026-01-01T07:00:00Z',
      recurrence: 'FREQ=WEEKLY;BYDAY=MO,TH',
    });
  });

  it('may go past midnight', () => {
    expect(maintenanceWindow({ start: '22:30', hours: 4, days: ['SU'] })).toMatchObject({
      endTime: '2026-01-02T02:30:00Z',
    });
  });
});
