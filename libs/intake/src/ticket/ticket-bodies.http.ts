import { channels, deviceClasses, priorities } from '@guichet/contracts';
import {
  BooleanField,
  EmailField,
  EnumField,
  Keyword,
  Line,
  LocaleField,
  Nested,
  Text,
  UuidField,
} from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';

const maxBody = 100_000;

export class RequesterBody {
  @Keyword({
    max: 200,
    description: 'The requester, by the `sub` of their token or the key your systems know them by.',
  })
  id: string;

  @Line({ max: 300, optional: true, description: 'As it is to be shown.' })
  name?: string;

  @EmailField({ optional: true, description: 'Where they can be written to.' })
  email?: string;
}

export class OpenTicketBody {
  @Line({ max: 300, description: 'What it is about, in one line.', example: 'Charged twice for order 1042' })
  subject: string;

  @Text({ max: maxBody, optional: true, description: 'The request itself.' })
  body?: string;

  @EnumField(channels, { optional: true, description: '`portal` if not given by a requester, `api` by staff.' })
  channel?: string;

  @EnumField(deviceClasses, {
    optional: true,
    description: 'The requester’s device. If not given: read from User-Agent, `unknown` for a ticket opened on behalf.',
  })
  device?: (typeof deviceClasses)[number];

  @BooleanField({
    optional: true,
    description: 'Whether the screen takes touches: tells a tablet that asks for desktop pages from a computer.',
  })
  touch?: boolean;

  @LocaleField({ optional: true, description: 'Language of the request. If not given: Accept-Language, else `und`.' })
  locale?: string;

  @Keyword({
    max: 200,
    optional: true,
    description:
      'The department the requester asks for. If there is none such, the tenant’s first takes the ticket, and the ticket tells it as unknownDepartmentId.',
  })
  departmentId?: string;

  @EnumField(priorities, { optional: true, description: 'How urgent it is to the requester.' })
  priority?: string;

  @Keyword({ max: 200, optional: true, list: { max: 50, unique: true }, description: 'Words to find it by.' })
  tags?: string[];

  @UuidField({
    optional: true,
    description: 'The ticket form, as `POST /knowledge/v1/suggestions` was told of it: the form then ends in a ticket.',
  })
  attemptId?: string;

  @Nested(() => RequesterBody, {
    optional: true,
    description: 'For whom staff open it; themselves if not given. Refused from requesters: theirs is in the token.',
  })
  requester?: RequesterBody;
}

export class ReplyBody {
  @Text({ max: maxBody, description: 'What the requester writes.' })
  body: string;
}

export class ReasonBody {
  @Text({ max: maxBody, optional: true, description: 'Why, in the caller’s words.' })
  reason?: string;
}

export class MergeBody {
  @UuidField({ description: 'The ticket that carries the matter on.' })
  intoTicketId: string;

  @BooleanField({
    optional: true,
    description:
      'Merge although the tickets belong to different requesters. Each goes on seeing their own conversation only, and every answer.',
  })
  acrossRequesters?: boolean;
}

export class SplitBody {
  @UuidField({
    list: { max: 100, min: 1, unique: true },
    description: 'The replies to move, as the conversation names them; all of one requester.',
  })
  replyIds: string[];

  @Line({ max: 300, optional: true, description: 'What the new ticket is about. If not given: as the old one.' })
  subject?: string;
}

class PossibleDuplicateAnswer {
  @ApiProperty({ format: 'uuid', description: 'The ticket that the new one resembles.' })
  ticketId: string;

  @ApiProperty({ example: 'GU-1041', description: 'Its readable number.' })
  number: string;
}

export class TicketAnswer {
  @ApiProperty({ format: 'uuid', description: 'The ticket that has the change.' })
  ticketId: string;

  @ApiProperty({ type: 'integer', description: 'The ticket’s version, as in ETag.' })
  version: number;
}

export class SplitAnswer extends TicketAnswer {
  @ApiProperty({ format: 'uuid', description: 'The new ticket.' })
  newTicketId: string;

  @ApiProperty({ description: 'Its readable number.', example: 'GU-1043' })
  newNumber: string;
}

export class OpenedAnswer extends TicketAnswer {
  @ApiProperty({ description: 'Readable, unique within the tenant.', example: 'GU-1042' })
  number: string;

  @ApiProperty({
    type: [PossibleDuplicateAnswer],
    description:
      'Unfinished tickets of the same requester with a similar subject, of the last 24 hours; most alike first.',
  })
  possibleDuplicates: PossibleDuplicateAnswer[];
}

export class RepliedAnswer extends TicketAnswer {
  @ApiProperty({ format: 'uuid', description: 'The reply, as the conversation names it.' })
  replyId: string;

  @ApiProperty({
    format: 'uuid',
    required: false,
    description: 'The merged ticket the reply was sent to; `ticketId` is then the one that has it.',
  })
  redirectedFrom?: string;
}
