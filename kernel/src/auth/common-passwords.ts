const words = `
00000000 000000000 0123456789 11111111 111111111 1111111111 11223344 1122334455 12121212 123123123 1231231234 12341234 123412345
12344321 12345678 123456789 1234567890 12345678910 123456789a 123456789q 123456abc 123654789 123qweasd 12qwaszx 13131313
147258369 159357456 159753456 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1234abcd 123abc123 20202020
21212121 22222222 33333333 44444444 55555555 66666666 77777777 87654321 88888888 987654321 9876543210 98765432 99999999
a1234567 a12345678 a123456789 aa123456 aaaaaaaa abc12345 abc123456 abcd1234 abcd12345 abcdefgh abcdefghi access14 adgjmptw
admin123 admin1234 admin12345 administrator adminadmin alexander alexandra asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl
asdfghjkl1 babygirl babygirl1 barcelona baseball baseball1 basketball battlefield blink182 butterfly californ carolina changeme
changeme1 changeme123 charlie1 charlotte chelsea1 chocolate christian computer computer1 cristina darkness danielle default1
defaultpassword dragon123 elephant elizabeth einstein facebook ferrari1 fireball football football1 forever1 freedom1 fuckyou1
fuckyou2 friends1 garfield gfhjkmgfhjkm giovanni google123 guest123 hardcore hello123 hellohello helloworld iloveyou iloveyou1
iloveyou2 iloveyou! infinity internet jennifer jessica1 jonathan jordan23 juventus kristina kimberly letmein1 letmein123
letmein! lifehack linkedin liverpool liverpool1 london123 lovelove loveyou1 lovely123 manchester marlboro maryjane master123
mattermost mattermost1 maverick mercedes metallica michelle michael1 midnight monkey123 monkey12 motorola mustang1 mynoob123
naruto123 newpassword nicholas nintendo nothing1 nopassword onedirection p455w0rd p@55w0rd p@55word p@ssw0rd p@ssw0rd1 p@ssword
pa$$w0rd pa55w0rd pa55word pakistan paradise pass1234 pass12345 passpass passw0rd passw0rd1 password password! password!1 password.
password0 password00 password01 password1 password1! password11 password12 password123 password1234 password123! password2
password21 password22 password3 password7 password9 password99 passwort passwort1 patricia pokemon1 pokemon123 portugal princess
princess1 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc qazwsx123 qqqqqqqq qwer1234 qwerasdf qwert123 qwerty12 qwerty123 qwerty1234
qwerty12345 qwertyui qwertyuiop qwertyqwerty qweasdzxc qweqweqwe qwe123qwe realmadrid rockyou1 rookery1 rootroot samantha
samsung1 scorpion sebastian secret123 shadow12 snowball spiderman starwars starwars1 stephanie sunshine sunshine1 superman
superman1 superstar swordfish sweetheart system32 testtest test1234 test12345 testing1 testing123 trustno1 trustnoone undertaker
universe user1234 valentina veronica victoria welcome1 welcome12 welcome123 whatever whatever1 william1 winston1 wordpass
xxxxxxxx yourpassword zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123 zzzzzzzz
0 1234 12345 123456 1234567 111111 000000 123123 654321 666666 abc123 admin azerty dragon letmein login master monkey pass
password qwerty root secret shadow test user welcome zxcvbn zxcvbnm
`

/** Passwords that attackers try first, in lower case. Most have 8 characters or more: shorter ones fall to the length rule. */
export const commonPasswords: ReadonlySet<string> = new Set(words.trim().split(/\s+/))
