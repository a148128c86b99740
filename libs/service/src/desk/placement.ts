/** Where a ticket lies and who may see it there, folded from what routing told. Pure. */
import { type RoutingEventData } from '@guichet/contracts';

export interface Placement {
  readonly departmentId: string | null;
  readonly agentId: string | null;
}

/** What moves a ticket. */
export type PlacementEvent = Extract<
  keyof RoutingEventData,
  'TicketQueued' | 'TicketAssigned' | 'AssignmentReleased' | 'TicketTransferred'
>;

type Told = { readonly type: string; readonly data: unknown };

/** A ticket's place after the events of its handling, oldest first. A ticket that routing has not told of has none. */
export function placementOf(events: readonly Told[]): Placement {
  let place: Placement = { departmentId: null, agentId: null };
  for (const { type, data } of events) {
    switch (type) {
      case 'TicketQueued':
        place = { departmentId: (data as RoutingEventData['TicketQueued']).departmentId, agentId: null };
        break;
      case 'TicketAssigned': {
        const { agentId, departmentId } = data as RoutingEventData['TicketAssigned'];
        place = { departmentId: departmentId ?? place.departmentId, agentId };
        break;
      }
      case 'AssignmentReleased':
        place = { ...place, agentId: null };
        break;
      case 'TicketTransferred':
        place = { ...place, departmentId: (data as RoutingEventData['TicketTransferred']).toDepartmentId };
        break;
    }
  }
  return place;
}
