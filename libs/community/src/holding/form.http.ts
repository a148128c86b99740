import { Ctx, RequestContext, Roles } from '@guichet/http-host';
import { now, QueryResponse } from '@guichet/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { formHours, Holding } from './holding.store.js';

class FormAnswer {
  @ApiProperty({ description: 'To be sent as `form` with the text.' }) form: string;
}

@ApiTags('topics')
@Controller('community/v1/form')
@Roles(...writers)
export class FormHttp {
  constructor(private readonly holding: Holding) {}

  @Get()
  @ApiOperation({
    summary: 'Open a form to write in',
    description:
      `It says when it was opened, is signed, and good for one text of the caller within ${formHours} hours. A text without ` +
      'one is taken as well; one that was written in no time is looked at first.',
  })
  @QueryResponse(FormAnswer)
  open(@Ctx() ctx: RequestContext): FormAnswer {
    return { form: this.holding.openForm(ctx.tenantId, ctx.subject, now()) };
  }
}
