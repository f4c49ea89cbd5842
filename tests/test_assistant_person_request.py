""" "I want a person", in six languages: a customer who asks for one and is not heard is a customer lost."""

import time

import pytest

from assistant.person_request import person_request

ENGLISH = """
I wanna talk to somebody
pls let me speak w a human
i demand to speak to your supervisor
can you escalate this to a manager?
id rather talk to a human
stop sending me automated replies and get me a person
I've asked three times already. AGENT.
hand me over to a colleague
Is it possible to talk to a person
human assistance needed
fucking useless bot give me an agent
I would like to speak with a member of your team
put me in touch with someone from support
you are not helping, person please
get a human on the line
human!!!!!
agent
human
operator please
representative
REPRESENTATIVE!!!
customer service
CS
a.g.e.n.t
h u m a n
plssss agent
huuuuman pleaaase
can I speak to a human?
I want to talk to a real person
i need to speak with someone
are you a bot? give me a real person NOW
this is useless let me speak to someone
let me talk to your manager
Can you please transfer me to an agent
connect me with customer support pls
put me through to a representative
Hi. My chair is broken. I want to speak to somebody. It is the second time!
for fuck's sake get me a human
I don't want to talk to a bot
stop it with this stupid bot
I hate this bot, human please
call me
please call me back
can someone call me?
I'd like to chat with a live agent
is there anyone there?
is there a real human I can talk to
why can't I talk to a person?
do you have a person i could talk to
speak to a supervisor
not a bot, a person
I need an actual human being who understands
get me someone who can help
🙏🙏 agent 🙏🙏
*agent*
ａｇｅｎｔ
ag\u200bent
I said AGENT
no I want a person
how do I contact customer service
whatever. human.
can i not talk to a human
I don't need your articles I need a person
i want somebody real
speak to representitive
you don't have any humans?
talk to a human about my order B-10234
have someone contact me
Can I get a human to help me please?
can a person look at this? I want an agent
""".strip().splitlines()

SPANISH = """
Quiero que me atienda un humano
póngame con una persona por favor
necesito hablar urgentemente con un agente
me pasas con alguien?
me puedes comunicar con un asesor
quiero atención humana
asesor
agente
humano
persona
quiero hablar con una persona
Quiero hablar con un asesor por favor
QUIERO HABLAR CON ALGUIEN YA
necesito un humano
operador por favor
atención al cliente
me puede atender una persona real?
páseme con un agente
pásame con tu supervisor
comuníqueme con un representante
puedo hablar con alguien?
¿Hay alguien ahí?
no quiero hablar con un robot
no quiero un bot
llámenme por favor
que me llame alguien
esto no sirve, joder, quiero un ser humano
Hola. Mi lámpara llegó rota. Quiero que me atienda una persona. Gracias
me comunicas con un asesor
quisiera hablar con el encargado
agenteeee
transfiéreme a un agente
quiero hablar con el gerente
necesito que alguien me ayude, una persona de verdad
eres un bot? pásame con una persona
me gustaría hablar con atención al cliente
deme un humano
ya basta, asesor humano
hablar con un agente
persona real por favor
kiero ablar con alguien
""".strip().splitlines()

PORTUGUESE = """
chama o atendente
quero ser atendido por uma pessoa
transfere pra um atendente
me coloca em contato com um atendente
atendente
humano
pessoa
quero falar com um atendente
Quero falar com uma pessoa
falar com atendente
quero falar com alguém AGORA
preciso de um humano
atendimento humano
atendente por favor
me passa para um atendente
me transfere para um humano por favor
pode chamar um atendente?
tem alguém aí?
não quero falar com robô
não quero bot
me liga por favor
podem me ligar?
quero falar com o gerente
gostaria de falar com um representante
isso não resolve nada, porra, quero uma pessoa
Oi. Meu pedido atrasou. Quero falar com alguém. Obrigado
você é um robô? me passa pra uma pessoa
atendeeeente
chama um humano
falar com humano
quero conversar com uma pessoa de verdade
quero um atendente humano
pessoa real por favor
posso falar com um operador?
SAC
alguém pode me atender? quero um atendente
vocês tem atendente humano? quero falar com ele, com uma pessoa
quero falar c alguem
""".strip().splitlines()

ARABIC = """
ابغى موظف يرد علي
خلوني اكلم المدير
ابغى احد يرد علي
عايز حد يكلمني
موظف
الموظف
موظف لو سمحت
إنسان
اريد التحدث مع موظف
أُريدُ التَّحَدُّثَ مَعَ شَخْصٍ
اريد موظف
عايز أكلم موظف
عاوز اتكلم مع حد
ابغى اكلم موظف
ابي اكلم شخص حقيقي
بدي احكي مع حدا
أريد أن أتحدث إلى إنسان حقيقي
خدمة العملاء
حولني على موظف
حوّلني لخدمة العملاء لو سمحت
ممكن اتكلم مع ممثل خدمة العملاء
وصلني بموظف
مـــوظـــف
موظفففف
لا أريد التحدث مع بوت
مش عايز اكلم روبوت
كلموني
اتصلوا بي
هل انت بوت؟ اريد انسان
هذا غير مفيد! دعني أتحدث مع المدير
طلبي تأخر كثيرا. أريد موظف. شكرا
هل يوجد احد هنا؟
اريد مدير
محتاج اكلم حد من خدمة العملاء
هل يمكنني التحدث مع شخص؟
شخص حقيقي
أحتاج إلى التواصل مع خدمة العملاء
""".strip().splitlines()

HINDI = """
एजेंट से बात करनी है
किसी एजेंट को दीजिए
कोई इंसान है क्या
mujhe manager se baat karni hai
koi insaan hai kya
kisi human se baat karni h
इंसान से बात
इन्सान से बात करनी है
मुझे इंसान से बात करनी है
एजेंट
एजेंट चाहिए
ऑपरेटर
कस्टमर केयर
कस्टमर केयर से बात कराओ
मुझे किसी से बात करनी है
ग्राहक सेवा प्रतिनिधि से बात कराइए
मैनेजर को बुलाओ
असली इंसान चाहिए
मुझे एजेंट से कनेक्ट करो
बॉट से बात नहीं करनी
मुझे बॉट नहीं चाहिए, इंसान चाहिए
क्या आप बॉट हैं? मुझे इंसान से बात करनी है
मुझे कॉल करो
मेरा ऑर्डर टूट गया। किसी इंसान से बात कराओ। जल्दी।
कृपया मुझे अधिकारी से बात करवाइए
इंसाााान
कोई है?
किसी व्यक्ति से मेरी बात कराएं
बकवास! मुझे अभी मैनेजर से बात करनी है
सुपरवाइज़र से बात करना चाहता हूं
किसी आदमी से बात करवा दो
एजेंट को ट्रांसफर करो
insan se baat karni hai
mujhe insaan se baat karni hai
agent se baat karao
customer care se baat karwao
kisi se baat karni hai mujhe
mujhe kisi insaan se baat karao please
manager ko bulao
asli insaan chahiye
bot se baat nahi karni
mujhe call karo
koi hai?
kya aap bot ho? mujhe insaan se baat karni hai
executive se baat karwa do
bakwas bot hai yaar, kisi bande se baat karao
customer care wale se connect karo
mujhe agent chahiye abhi
kisi aadmi se meri baat karwaiye
insaan se baat kyun nahi kara rahe ho
""".strip().splitlines()

INDONESIAN = """
bisa ngobrol sama orang gak?
tolong dong cs nya bales
saya mau dilayani manusia
pengen bicara ke petugas
admin tolong dibalas
CS
admin
orang asli
manusia
operator
petugas
mau bicara dengan orang
saya mau bicara dengan manusia
Saya ingin berbicara dengan customer service
mau ngomong sama CS
pengen ngobrol sama orang beneran
tolong sambungkan ke admin
hubungkan saya dengan agen
sambungin ke cs dong
minta CS
panggil admin
mana adminnya?
ada orang?
ada orang di sini gak?
gak mau bicara sama bot
jangan bot dong
bukan bot, saya mau orang
telepon saya
tolong hubungi saya
kamu bot ya? saya mau bicara dengan manusia
percuma! anjing, mana CS nya
Pesanan saya rusak. Saya mau bicara dengan petugas. Terima kasih
bisa bicara dengan manajer?
chat dengan cs
butuh bantuan dari manusia
alihkan ke operator
adminnn tolong
saya butuh orang asli bukan robot
mau komplain ke atasan, hubungi manajer
layanan pelanggan
""".strip().splitlines()

FRENCH_GERMAN = """
fr|je veux parler à un humain
fr|un conseiller svp
fr|passez-moi un agent
fr|je ne veux pas parler à un robot
fr|je voudrais parler à quelqu'un
de|ich möchte mit einem Menschen sprechen
de|Mitarbeiter bitte
de|verbinden Sie mich mit einem Mitarbeiter
de|kann ich mit jemandem reden?
de|ich will einen echten Menschen
""".strip().splitlines()

SOMETHING_ELSE = """
My name is Manager Smith
can the chair hold two people
I will be there in person tomorrow
The delivery person left it outside
is there a weight limit per person
do i need to contact customer service to return it
can I call you
my wife wants a lamp
where can someone collect my order for me
la silla es para una persona mayor
quiero una mesa para seis personas
tem desconto para atendente
quero comprar cadeira para uma pessoa alta
كرسي لشخص واحد
kursi untuk orang tua
harga per orang
mujhe ek aadmi ke liye kursi chahiye
no thanks, no human needed
I already spoke to an agent yesterday about the refund
is your customer service open on sunday
I don't want to talk to a person
I do not need an agent, thanks
no need for a human
no agent needed
don't transfer me to an agent
I'd rather not talk to anyone
please don't call me
can I change my address without calling customer service?
is this product tested on humans?
travel agent discount
do you have a travel agent discount?
which cleaning agent should I use on the chair
what is the phone number of human resources
how do I become a sales representative
I am an agent for a hotel, do you sell in bulk?
are you a bot?
are you human?
are you a real person
am I talking to a human or a bot?
is this a real person?
can I pick up in person?
how much is it per person
a table for six people
is the chair fine for a tall person?
is the lamp safe for people with allergies
you can call me Maya
what do you call this lamp
The courier did not call me
your agent told me yesterday that it was sent
customer service was great, thank you
where is the operator manual
I'm not a robot
can I send it to someone else as a gift?
can I give someone a gift card?
do I need someone at home for the delivery?
where is my order
hello
thank you so much
human resources
do you sell a robot vacuum
no quiero hablar con una persona
no necesito un asesor
¿eres una persona real?
¿eres humano?
recursos humanos
agente de viajes
una mesa para cuatro personas
el repartidor no me llamó
¿cuánto cuesta por persona?
dónde está mi pedido
não quero falar com atendente
não preciso de humano
você é uma pessoa?
recursos humanos da empresa
agente de limpeza para cadeira
mesa para seis pessoas
o entregador não me ligou
qual o horário de atendimento
cadê meu pedido
لا أريد التحدث مع موظف
ما ابغى اكلم احد
هل أنت إنسان؟
الموارد البشرية
كم السعر لكل شخص
أين طلبي
لا داعي لموظف
मुझे इंसान से बात नहीं करनी
क्या आप इंसान हैं?
एजेंट नहीं चाहिए
मेरा ऑर्डर कहां है
एक व्यक्ति के लिए कुर्सी
mujhe insaan se baat nahi karni
kya aap insaan ho
mera order kahan hai
agent nahi chahiye
tidak mau bicara dengan orang
gak perlu CS
agen perjalanan
kamu orang atau bot?
meja untuk 4 orang
apakah kamu manusia?
berapa biaya admin
orang tua saya mau beli kursi
mau jadi agen
pesanan saya di mana
kurir tidak telepon saya
wo ist meine Bestellung
où est ma commande
je ne veux pas parler à un humain
""".strip().splitlines()

ASKED = [
    (code, phrase)
    for code, phrases in [
        ("en", ENGLISH),
        ("es", SPANISH),
        ("pt", PORTUGUESE),
        ("ar", ARABIC),
        ("hi", HINDI),
        ("id", INDONESIAN),
    ]
    for phrase in phrases
] + [tuple(line.split("|")) for line in FRENCH_GERMAN]


def test_tables_are_broad_enough():
    assert all(len(table) >= 25 for table in (ENGLISH, SPANISH, PORTUGUESE, ARABIC, HINDI, INDONESIAN))
    assert len(SOMETHING_ELSE) >= 60


@pytest.mark.parametrize(("language", "phrase"), ASKED)
def test_request_is_heard(language, phrase):
    request = person_request(phrase, prefer=language)
    assert request is not None
    assert request.language == language
    assert request.phrase


@pytest.mark.parametrize("phrase", SOMETHING_ELSE)
def test_something_else_is_not_taken_for_a_request(phrase):
    assert person_request(phrase) is None


@pytest.mark.parametrize(
    "filler", ["a", "a ", "talk to ", "i dont want to ", "real ", "ا", "no ", "\u0301", ". ", "a.", "🙏", "not a "]
)
def test_a_hostile_text_is_read_in_bounded_time(filler):
    """A pattern that runs away on 100,000 characters would stop every customer's turn."""
    began = time.process_time()
    person_request(filler * (100_000 // len(filler)))
    assert time.process_time() - began < 2
