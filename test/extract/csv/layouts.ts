/** The layout until 2024: 24-hour times with the month's name, user names without the original, few columns. */
export const layout2020 = `Attendee Report,
Report Generated:,"Apr 09, 2020 8:50 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views
"Data, and more",328-972-509,"Mar 10, 2020 8:07 AM", 90, 3, 1,"1,002",5,0
Host Details,
Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
Yes,Hanna Host,hanna@example.com,"Mar 10, 2020 08:07:27","Mar 10, 2020 09:37:00",90,Germany
Panelist Details,
"Attended","User Name","Email","Join Time","Leave Time","Time in Session (minutes)","Country/Region Name"
"Yes","Paul Panel","paul@example.com","Mar 10, 2020 08:10:00","Mar 10, 2020 09:30:00",80,"Ireland"
Attendee Details,
"Attended","First Name","Last Name","Email","Registration Time","Approval Status","Join Time","Leave Time","Time in Session (minutes)","Country/Region Name"
"Yes","Ann","Na","Ann@Example.com","Mar 01, 2020 09:07:11","approved","Mar 10, 2020 08:11:00","Mar 10, 2020 08:12:10","2","Chile"
"Yes","Ann","Na","ann@example.com",NA,NA,"Mar 10, 2020 08:20:00","Mar 10, 2020 08:21:00","1","Chile"
"No","Bob","","bob@example.com","Mar 02, 2020 10:00:00","pending","--","--","--","--"
Other Attended,
"User Name","Join Time","Leave Time","Time in Session (minutes)","Country/Region Name"
"15551234567","Mar 10, 2020 2:20 PM","Mar 10, 2020 2:21 PM",1,"India"
`

/** The layout of 2025, as a spreadsheet pads it: original names, guests, answers, `Enable Registration`. */
export const layout2025 = `Attendee Report,,,,,,,,,,,,,,
Report Generated:,"Mar 23, 2025 6:26 PM",,,,,,,,,,,,,
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views,Enable Registration,,,,,
Masterclass,847 5984 1045,"Mar 22, 2025 7:13 PM",282,3576,5,1805,3657,1034,Yes,,,,,
Host Details,,,,,,,,,,,,,,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,,,,,,,
Yes,Avi,avi@example.com,"Mar 22, 2025 19:13:27","Mar 22, 2025 23:55:19",282,No,India,,,,,,,
Attendee Details,,,,,,,,,,,,,,
Attended,User Name (Original Name),First Name,Last Name,Email,Phone,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,"Profession (not ""Student"")",Source Name,Country/Region Name
No,Ajay,Ajay,FT 2,ajay@example.com,+910000000000,"Mar 15, 2025 11:23:29",approved,--,--,--,--,Ads,Newsletter,
Yes,Nick (Jane Doe),Jane,Doe,jane@example.com,=+9100,"Mar 15, 2025 11:27:19",upgraded to panelist,"Mar 22, 2025 19:52:01","Mar 22, 2025 19:52:39",1,Yes,"One,
two",,India
`

/** The layout of 2026: no trailing commas, 12-hour numeric times, other words for the same figures. */
export const layout2026 = `Attendee Report
Report generated time,08/09/2026 02:31:08 PM
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registrants,Unique Viewers,Total Users
Workshop,123 4567 8901,"08/09/2026 10:45:30 AM",226,6,5,6
Host Details
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Smoke Host,host@example.com,"08/09/2026 10:45:00 AM","08/09/2026 02:30:00 PM",225,No,India
Attendee Details
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Buyer,buyer@example.com,"08/09/2026 12:00:00 PM","08/09/2026 12:29:00 PM",29,Yes,India
`

/** A report of one section of attendees, its rows as given (without line ends). */
export function reportOf(
  rows: readonly string[],
  { start = 'Mar 10, 2020 8:00 AM', columns = attendeeColumns } = {},
) {
  return [
    'Attendee Report,',
    'Report Generated:,"Apr 09, 2020 8:50 PM"',
    'Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views',
    `Topic,328-972-509,"${start}",600,1,0,1,1,0`,
    'Attendee Details,',
    columns,
    ...rows,
    '',
  ].join('\n')
}

/** Line of the first row that `reportOf` is given. */
export const firstRowLine = 7

const attendeeColumns =
  'Attended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Country/Region Name'

/** A row of `reportOf`. */
export function attendeeRow({
  attended = 'Yes',
  first = 'Ann',
  email = 'ann@example.com',
  registered = 'Mar 01, 2020 09:00:00',
  status = 'approved',
  join = 'Mar 10, 2020 08:10:00',
  leave = 'Mar 10, 2020 08:20:00',
  minutes = '10',
} = {}): string {
  return `"${attended}","${first}","Lee","${email}","${registered}","${status}","${join}","${leave}","${minutes}","Chile"`
}
