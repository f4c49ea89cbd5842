"""Words that a person must see, whatever the assistant could answer: law, fraud, injury, danger. Data for the default
rule, in six languages; staff change the rule in the admin. `*` stands for any letters."""
# ruff: noqa: E501 (lines of data)

POLICY_WORDS = {
    "en": "legal|illegal|lawyer*|attorney*|solicitor*|lawsuit*|sue you|suing|take you to court|see you in court|small claims|police|ombudsman"
    "|consumer protection|trading standards|data protection|gdpr|fraud*|scam*|chargeback*|charge back|dispute the charge|dispute this charge"
    "|unauthorised charge*|unauthorized charge*|unauthorised payment*|unauthorized payment*|stolen card|identity theft|injury|injuries|injured"
    "|hurt myself|hurt my|got hurt|electric shock|electrocuted|caught fire|on fire|exploded|in hospital|to hospital|to the hospital|in the hospital|allergic reaction|kill myself|suicide|suicidal",
    "es": "abogad*|demanda judicial|demandar|demandare|denuncia*|tribunal|juzgado|accion legal|acciones legales|policia|profeco|estafa*|fraude*"
    "|contracargo*|cargo no autorizado|cargos no autorizados|tarjeta robada|robo de identidad|lesion|lesiones|lesionado|lesionada|herido|herida"
    "|me lastime|descarga electrica|se incendio|exploto|al hospital|en el hospital|proteccion de datos|suicid*",
    "pt": "advogad*|vou processar|processar voces|processo judicial|na justica|acao judicial|procon|policia|boletim de ocorrencia|cai num golpe|isso e golpe|fraude*|estelionato"
    "|chargeback*|contestar a cobranca|cobranca indevida|cartao roubado|cartao clonado|lesao|lesoes|ferido|ferida|machuquei|machucado|machucada"
    "|choque eletrico|pegou fogo|explodiu|no hospital|ao hospital|para o hospital|pro hospital|lgpd|protecao de dados|suicid*",
    "ar": "محامي|محامين|المحامي|محاميا|محكمه|المحكمه|قضيه|دعوي قضائيه|مقاضاه|قانوني|قانونيا|قانونيه|الشرطه|شرطه|حمايه المستهلك|احتيال|نصابين|عمليه احتيال|خصم غير مصرح"
    "|استرداد المدفوعات|بطاقه مسروقه|سرقه الهويه|اصابه|اصبت|مصاب|جرح|جرحت|صعقه كهربائيه|احترق|حريق|انفجر|مستشفي|انتحار|انتحر",
    "hi": "वकील|मुकदमा|मुक़दमा|कानूनी|क़ानूनी|कोर्ट|अदालत|पुलिस|उपभोक्ता अदालत|उपभोक्ता फोरम|धोखाधड़ी|धोखा|ठगी|फ्रॉड|चार्जबैक|चोट|घायल|करंट लगा|आग लग|अस्पताल|आत्महत्या"
    "|vakil|vakeel|mukadma|kanooni|kanuni|adalat|consumer court|consumer forum|dhokhadhadi|dhokha|thagi|chot lagi|ghayal|current laga|aag lag|atmahatya",
    "id": "pengacara|gugat|menggugat|gugatan|tuntut|menuntut|tuntutan hukum|jalur hukum|pengadilan|polisi|ylki|perlindungan konsumen|penipuan|penipu|ditipu"
    "|tagihan tidak sah|transaksi tidak sah|kartu dicuri|kartu curian|cedera|terluka|luka|tersengat listrik|kesetrum|terbakar|kebakaran|meledak|ke rumah sakit|di rumah sakit|masuk rumah sakit|bunuh diri",
}
