"""How people sound in the six languages: words and phrases with their weight. Data, no rules.

Words are in plain form (see `words`), one language each, so that a false friend in another cannot count. What a shop's
customers write about their matter ("broken", "late", "refund") is no mood and stands nowhere here.
"""
# ruff: noqa: E501 (lines of data)

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mood:
    """Words of one language, separated by spaces. `very_*` weigh twice. `turns`: not, never; `more`: very, so."""

    good: str
    very_good: str
    bad: str
    very_bad: str
    turns: str
    more: str
    #: Whether the word that turns the meaning stands after what it turns.
    turns_after: bool = False


WORDS = {
    "en": Mood(
        good="good nice thanks thank thankyou thx helpful happy glad pleased cool appreciate appreciated cheers lovely",
        very_good="great perfect excellent awesome wonderful amazing fantastic brilliant love superb delighted",
        bad="bad poor annoying annoyed upset disappointed disappointing unhappy angry unfair rude worse sad confusing mess nonsense"
        " complain complaint unhelpful unprofessional tired cheated lied frustrating frustrated misleading",
        very_bad="terrible horrible awful worst useless pathetic ridiculous unacceptable disgusting hate furious outrageous garbage"
        " rubbish crap crappy shit shitty fuck fucking fckng bullshit stupid idiot idiots incompetent disgrace disgraceful appalling"
        " liar liars shameful atrocious dreadful infuriating livid",
        turns="not no never dont doesnt didnt isnt wasnt arent cant wont hardly without nothing",
        more="very so really extremely absolutely completely totally utterly such too",
    ),
    "es": Mood(
        good="bueno buena buenas gracias amable bien contento contenta feliz util agradezco lindo linda bonito",
        very_good="excelente perfecto perfecta genial maravilloso maravillosa fantastico increible encanta encantado encantada",
        bad="malo mala mal molesto molesta enojado enojada enfadado enfadada decepcionado decepcionada decepcionante injusto injusta"
        " grosero grosera triste queja reclamo confuso cansado cansada harto harta frustrante frustrado frustrada lento vergonzoso",
        very_bad="terrible horrible pesimo pesima peor inutil inutiles inaceptable ridiculo ridicula odio asco asqueroso basura mierda"
        " estupido estupida idiota idiotas incompetente incompetentes verguenza furioso furiosa mentirosos mentiroso porqueria indignante",
        turns="no nunca ni jamas sin tampoco nada",
        more="muy tan demasiado super realmente totalmente bastante",
    ),
    "pt": Mood(
        good="bom boa obrigado obrigada gentil bem contente feliz util agradeco bonito",
        very_good="excelente perfeito perfeita otimo otima maravilhoso maravilhosa fantastico incrivel adoro adorei amei",
        bad="ruim mau chato chata irritado irritada chateado chateada decepcionado decepcionada injusto injusta grosseiro triste"
        " reclamacao confuso cansado cansada frustrante frustrado frustrada vergonhoso bravo brava",
        very_bad="terrivel horrivel pessimo pessima pior inutil inuteis inaceitavel ridiculo ridicula odeio nojo lixo merda porcaria"
        " estupido estupida idiota idiotas incompetente incompetentes vergonha furioso furiosa absurdo palhacada mentirosos",
        turns="nao nunca nem jamais sem nada",
        more="muito tao demais super realmente totalmente bastante",
    ),
    "ar": Mood(
        good="شكرا جيد جيده جميل لطيف سعيد مفيد كويس حلو مشكور ممنون طيب",
        very_good="ممتاز ممتازه رائع رائعه مثالي عظيم احب",
        bad="سيء سيئ سيءه سيئه مزعج منزعج غاضب زعلان محبط مستاء حزين شكوي متضايق وقح ظلم تعبت مليت زهقت",
        very_bad="فظيع رهيب اسوا مقرف فاشل فاشله فاشلين غبي اغبياء زباله حقير كذابين كذاب نصابين مهزله سخيف اكره خرا كارثه تافه",
        turns="لا ليس ليست مش مو غير لم لن بدون مب",
        more="جدا كتير كثير مره للغايه اوي",
    ),
    "hi": Mood(
        good="अच्छा अच्छी अच्छे धन्यवाद शुक्रिया बढ़िया खुश मददगार ठीक acha accha achha dhanyavad dhanyawad shukriya badhiya khush",
        very_good="बेहतरीन शानदार उत्तम zabardast shandar mast",
        bad="बुरा बुरी खराब ख़राब परेशान नाराज दुखी निराश गुस्सा शिकायत तंग bura kharab pareshan naraz nirash gussa shikayat tang",
        very_bad="बेकार घटिया बकवास बेहूदा वाहियात बदतर नालायक बेवकूफ शर्मनाक bekar bekaar ghatiya bakwas bakwaas behuda wahiyat bewakoof"
        " sharmnak nafrat",
        turns="नहीं नही मत ना nahi nahin nhi mat na",
        more="बहुत बिल्कुल bahut bohot bilkul itna",
        turns_after=True,
    ),
    "id": Mood(
        good="baik bagus terimakasih makasih ramah senang puas membantu oke trims suka",
        very_good="mantap sempurna hebat keren terbaik",
        bad="buruk jelek kecewa mengecewakan kesal marah sedih komplain keluhan bingung capek lelah jengkel kasar payah lemot",
        very_bad="parah sampah bodoh goblok tolol bego brengsek bangsat anjing sialan memalukan benci konyol terburuk penipu muak",
        turns="tidak tak bukan gak ga nggak enggak jangan belum tanpa kurang",
        more="sangat sekali banget amat terlalu",
    ),
}

#: Signs of mood, whatever the language.
GOOD_SIGNS = "👍❤😊😀😃😄🙂🥰😍💚💙🎉👏🤩"
BAD_SIGNS = "😡🤬👎😤😠🤮💩🖕😾"

#: What sounds like a mood and is none.
NEUTRAL = "no thanks|no thank you|no gracias|nao obrigado|nao obrigada|لا شكرا|नहीं धन्यवाद|nahi shukriya|tidak terima kasih|good morning|good evening|good afternoon|good day|good night|buenas tardes|buenas noches|boa tarde|boa noite|bom dia|have a nice day"

#: What people say when their patience is at an end.
FED_UP = {
    "en": "this is useless|you are useless|youre useless|u r useless|so useless|absolutely useless|completely useless|waste of time"
    "|wasting my time|waste my time|fed up|sick of this|sick and tired|tired of this|had enough|enough of this|this is ridiculous"
    "|this is a joke|what a joke|you dont understand|you do not understand|doesnt understand me|you are not listening"
    "|youre not listening|not helping|no help at all|not helpful at all|you dont help|doesnt help at all|how many times"
    "|i already told you|already told you|i told you already|i already said|i keep asking|asked three times|asked twice already"
    "|asked you twice|thanks for nothing|worst service|worst customer service|terrible service|this is unacceptable|going in circles"
    "|going round in circles|same answer again|stop repeating|stupid bot|dumb bot|useless bot|answer my question|losing my patience"
    "|lost my patience|never buying again|never buy from you again|this is pointless|driving me crazy|this is not working",
    "es": "esto no sirve|no sirve de nada|no sirves|no sirven para nada|no me sirve|es inutil|perdida de tiempo|perder el tiempo|pierdo el tiempo"
    "|perdiendo el tiempo|estoy harto|estoy harta|ya me canse|no me entiendes|no me entiende|no entiendes|no entiende nada|no me ayuda"
    "|no me ayudas|no ayuda en nada|cuantas veces|ya te dije|ya le dije|ya lo dije|ya pregunte|pesimo servicio|mal servicio|es una burla"
    "|es el colmo|es una verguenza|bot inutil|siempre lo mismo|la misma respuesta|responde mi pregunta|esto es ridiculo",
    "pt": "isso nao serve|nao serve para nada|nao serve pra nada|isso e inutil|que inutil|perda de tempo|perder tempo|perdendo meu tempo"
    "|perdendo tempo|estou de saco cheio|saco cheio|cansei disso|estou farto|estou farta|voce nao entende|nao me entende|vc nao entende"
    "|nao entende nada|nao ajuda|nao me ajuda|nao ajudou|quantas vezes|ja falei|ja disse|ja perguntei|pessimo atendimento"
    "|pessimo servico|e um absurdo|e uma palhacada|e uma vergonha|robo inutil|sempre a mesma coisa|mesma resposta|responda minha pergunta",
    "ar": "بلا فائده|بدون فائده|ما في فائده|مافي فائده|لا فائده|ما فيش فايده|مضيعه للوقت|مضيعه وقت|تضيع وقتي|تضيعون وقتي|انت لا تفهم|ما تفهم"
    "|مش فاهم حاجه|لا تفهمني|لا تساعدني|ما تساعدني|كم مره|قلت لك|قلتلك|طفح الكيل|خدمه سيئه|اسوا خدمه|نفس الجواب|نفس الرد|بوت غبي|جاوب علي سؤالي",
    "hi": "किसी काम का नहीं|कोई काम का नहीं|कोई फायदा नहीं|बेकार है|समय बर्बाद|टाइम वेस्ट|समझ नहीं रहे|समझते नहीं|मदद नहीं कर रहे|कितनी बार|पहले ही बता चुका"
    "|पहले ही कहा|तंग आ गया|तंग आ गई|परेशान हो गया|परेशान हो गई|घटिया सर्विस|घटिया सेवा|वही जवाब|बकवास सर्विस|kisi kaam ka nahi|koi fayda nahi|bekar hai"
    "|bekaar hai|time waste|time barbad|samajh nahi rahe|samajhte nahi|madad nahi kar rahe|kitni baar|pehle hi bola|pehle hi bataya|tang aa gaya"
    "|tang aa gayi|pareshan ho gaya|ghatiya service|wahi jawab|bakwas service",
    "id": "tidak berguna|gak berguna|ga berguna|nggak berguna|tidak ada gunanya|percuma saja|percuma nanya|percuma tanya|buang waktu"
    "|buang buang waktu|membuang waktu|kamu tidak mengerti|tidak mengerti juga|gak ngerti|ga ngerti|gak nyambung|ga nyambung|tidak membantu|gak membantu"
    "|ga membantu|berapa kali|sudah saya bilang|udah dibilang|sudah bilang|kan sudah bilang|capek deh|sudah muak|pelayanan buruk|pelayanan jelek"
    "|pelayanan terburuk|jawabannya itu itu saja|jawaban yang sama|bot bodoh|jawab pertanyaan saya",
}  # fmt: skip

#: Words that make no difference to what is asked.
SMALL = {
    "en": "a an the is are am be been was were it its this that these those of in on at to for from by with and or but as i me my mine you"
    " your we our he she they them where what when which who how why do does did",
    "es": "el la los las un una unos de del al en y o pero mi tu su mis es son esta estan que con por para donde cuando como cual quien",
    "pt": "o a os as um uma de do da dos das em no na e ou mas meu minha seu sua que com por para pra onde quando como qual quem esta",
    "ar": "في من علي الي عن مع هل ما متي اين كيف هو هي هذا هذه و او",
    "hi": "है हैं का की के को में से पर और या यह वह मेरा मेरी मेरे कब कहाँ क्या कैसे hai hain ka ki ke ko mein se mera meri kab kahan kya kaise",
    "id": "yang di ke dari dan atau ini itu saya aku kamu anda apa mana dimana kapan bagaimana dengan untuk",
}
