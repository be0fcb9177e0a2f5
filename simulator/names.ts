/** Names people carry, and when two of them mean the same person. */

export const firstNames = (
  'Anna,Maria,José,Chloé,Zoë,Björn,Søren,Łukasz,Nguyễn,Siobhán,Fatima,Omar,Aisha,Yusuf,Priya,Arjun,Mei,Hiroshi,' +
  'Yuki,Minjun,Olga,Dmitri,Ivana,Jürgen,Heidi,François,Amélie,Giulia,Marco,Inês,João,Carlos,Lucía,Sofía,Mateo,' +
  'Emma,Liam,Olivia,Noah,Ava,Ethan,Grace,Samuel,Hannah,Isaac,Ruth,Tariq,Leila,Kwame,Ama,Chinedu,Ngozi,Thabo,Zanele,' +
  'Freya,Lars,Astrid,Mikael,Eero,Aino,Tomasz,Kasia,Petr,Jana,Andrei,Elena,Nikos,Katerina,Mehmet,Ayşe,David,Miriam,' +
  'Jonas,Clara,Felix,Greta,Hugo,Ida,Kai,Lena,Max,Nora,Otto,Paula,Quentin,Rosa,Stefan,Tara,Uma,Viktor,Wanda,Xenia,' +
  '小龍,美玲,さくら,健太,지우,민서'
).split(',')

export const lastNames = (
  'García,Müller,Smith,O’Brien,D’Souza,van Dijk,de la Cruz,Østergård,Kowalski,Nowak,Ivanova,Petrov,Papadopoulos,' +
  'Yılmaz,Cohen,Levi,Haddad,Khan,Patel,Sharma,Singh,Chen,Wang,Tanaka,Suzuki,Kim,Park,Trần,Lê,Santos,Silva,Oliveira,' +
  'Rossi,Bianchi,Dubois,Lefèvre,Moreau,Schmidt,Fischer,Weber,Andersson,Nilsson,Virtanen,Korhonen,Hansen,Larsen,' +
  'Horváth,Nagy,Novák,Dvořák,Popescu,Ionescu,Okafor,Mensah,Dlamini,Nkosi,Abebe,Tesfaye,Brown,Johnson,Williams,Jones,' +
  'Miller,Davis,Wilson,Moore,Taylor,Clark,Hall,Young,King,Wright,Hill,Scott,Green,Adams,Baker,Nelson,Carter,Mitchell,' +
  'Roberts,Turner,Phillips,Campbell,Parker,Evans,Edwards,Collins,Stewart,Morris,Murphy,Cook,Rogers,Cooper,Peterson,' +
  'Bailey,Reed,Kelly,Howard,Ward,Cox,Gray,Watson,Brooks,Bennett,Wood,Barnes,Ross,Henderson,Coleman,Jenkins,Perry,' +
  'Powell,Long,Hughes,Flores,Washington,Butler,Simmons,Foster,Bryant,Alexander,Russell,Griffin,Diaz,Hayes,Ferrari,' +
  'Esposito,Ricci,Marino,Greco,Conti,Bakker,Visser,Janssen,Peeters,Maes,Claes,Lindqvist,Bergström,Sjöberg,' +
  '李,王,田中,佐藤,김,박'
).split(',')

/** Between first and last name once the plain pairs are used up. */
export const middleNames =
  'Luz,Beatriz,Quincy,Orson,Thea,Ines,Abel,Cyrus,Dora,Edda,Finn,Gideon,Hester,Ilse,Jasper,Klara,Lorenz,Maud,Niels,Opal'.split(
    ',',
  )

/** Names of devices and nobody: they point to no person. */
export const genericNames = ['iPhone', 'iPad', 'Galaxy S23', 'Zoom user', 'Guest', 'Android', 'user'] as const

/** The name of a caller by telephone: the number, as Zoom shows it. */
export function phoneName(digits: number): string {
  return `+1 202 555 ${String(digits % 10000).padStart(4, '0')}`
}

/** NFKD, diacritics and all but letters and digits dropped, lower case, spaces folded. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether two display names may be one person's: equal, one within the other by words, or one of them nobody's. */
export function areAlike(one: string, other: string): boolean {
  const [a, b] = [normaliseName(one), normaliseName(other)]
  if (a === b || isGeneric(one) || isGeneric(other)) return true
  const [shorter, longer] = [new Set(a.split(' ')), new Set(b.split(' '))].sort((x, y) => x.size - y.size)
  return [...(shorter as Set<string>)].every((word) => (longer as Set<string>).has(word))
}

export function isGeneric(name: string): boolean {
  const normal = normaliseName(name)
  return normal === '' || /^\d[\d ]+$/.test(normal) || genericNames.some((g) => normaliseName(g) === normal)
}
