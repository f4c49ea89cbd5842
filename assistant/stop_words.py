"""Words that say nothing about what a question is about, beyond those that Postgres leaves out itself.

Postgres has stop words for English, Spanish and Portuguese, not for Arabic, Hindi and Indonesian; and none of
its lists knows how people write in a chat. All words are in plain form (see `words`).
"""
# ruff: noqa: E501 (lines of data)

from assistant.words import fold

_ENGLISH = """
u ur r pls plz please hi hello hey thanks thank im ive id ill whats wheres hows dont doesnt cant didnt isnt havent hasnt
wont want wants wanted would could like know tell need needs get got getting gets do does did one ones thing something
anything everything way may might also ok okay yes no well just really actually many still already ever even make
made can cannot could shall should must let us guys guy there thx ty hiya dear sir madam good morning evening afternoon
question ask asking wondering help possible able kindly say said see go going come take youre thats lol happen
happens happened find found use try tried trying work works look looking new today yesterday now soon day days
ago since yet give gave put maybe somehow hope afraid sorry problem issue wanna gonna gotta y'all yall bit lot lots
"""

_SPANISH = """
hola buenas buenos dias tardes noches gracias favor porfa quiero quisiera puedo pueden puede puedes podria podrian tengo
tiene tienen necesito saber decir dime digame hay hacer hago hace ser es son esta estan va van mi mis su sus me se lo la
que cual cuales cuanto cuanta cuantos cuantas cuando donde como si no ya mas muy algo algun alguna ustedes usted uds q xq
pq x ahora tambien favor ayuda ayudar informacion pregunta aun todavia ir dar ver porque esto eso ese esa este
"""

_PORTUGUESE = """
oi ola bom boa dia tarde noite obrigado obrigada favor quero queria gostaria posso pode podem poderia tenho tem preciso
saber dizer me diga ha fazer faco faz ser e sao esta estao vai vao meu minha meus minhas seu sua voce voces vc vcs que qual
quais quanto quanta quantos quantas quando onde como se nao ja mais muito algo algum alguma agora tambem ajuda ajudar
informacao pergunta ainda ir dar ver porque isso esse essa este esta pra pro q aqui pfv
"""

_ARABIC = """
من في على الى إلى عن مع هل ما ماذا متى اين أين كيف كم هو هي هذا هذه ذلك التي الذي ان أن لا لم لن قد كان يكون انا أنا انت نحن
هم لي لك لكم عندي عندكم اريد أريد ابغى ابي عايز بدي ممكن لو سمحت سمحتم فضلك من شكرا مرحبا السلام عليكم اذا إذا او أو ثم و يا
كل بعد قبل عند يمكن يمكنني استطيع هناك شي شيء وش ايش شو ليش لماذا اعرف معرفة فين وين ازاي امتى مساعدة بس اللي
"""

_HINDI = """
मैं मुझे मेरा मेरी मेरे हम हमें हमारा आप आपका आपकी आपके तुम यह ये वह वो है हैं हूं था थी थे हो हुआ हुई होगा होगी होता होती
का की के को से में पर तक और या भी ही तो क्या क्यों कब कहां कहाँ कैसे कौन कितना कितनी कितने किस कोई कुछ नहीं मत न ना जी कर करना
करें करूं करूँ करते करता सकता सकती सकते चाहिए चाहता चाहती रहा रही रहे गया गयी गई दो दें दे लिए साथ अगर एक अभी बारे जानना बताइए
बताओ नमस्ते कृपया प्लीज धन्यवाद लगते लगता लगेगा मदद अपना अपनी अपने
"""

_INDONESIAN = """
yang apa apakah ini itu dan atau di ke dari untuk dengan pada saya aku kamu anda kak min kami kita dia mereka bisa boleh mau
ingin tidak tak gak ga nggak enggak sudah udah belum ada adalah akan kalau jika berapa kapan bagaimana gimana mana dimana
kenapa mengapa siapa dong ya sih deh nih kok tolong mohon terima kasih makasih halo hai selamat pagi siang sore malam nya juga
lagi saja aja tapi karena sangat punya minta perlu harus bagi cara sampai hari tahu tanya bantu
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(fold(words).split())
    for code, words in {
        "en": _ENGLISH,
        "es": _SPANISH,
        "pt": _PORTUGUESE,
        "ar": _ARABIC,
        "hi": _HINDI,
        "id": _INDONESIAN,
    }.items()
}
