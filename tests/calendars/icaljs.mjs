/* What ical.js (the engine of Thunderbird) finds in the calendar on stdin: JSON, a line of its own for each event.
   Its zones are those that the file declares, never a table of its own. */
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
ICAL.TimezoneService.reset();
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const moment = (time) => (time.isDate ? time.toString() : time.toUnixTime());

for (const found of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(found);
  console.log(
    JSON.stringify({
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      status: found.getFirstPropertyValue("status"),
      start: moment(event.startDate),
      end: moment(event.endDate),
    }),
  );
}
