"""How people ask for a person in Indonesian, written and spoken."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="id",
    slots={
        "person": "orang|orangnya|manusia|manusianya|admin|adminnya|mimin|petugas|petugasnya|agen|operator|cs|csnya|cs nya"
        "|customer (?:service|care|support)|costumer service|layanan pelanggan|staf|staff|karyawan|pegawai|manajer|manager|atasan"
        "|supervisor|perwakilan|seseorang|penjual|pemilik|tim (?:support|kalian|layanan|anda|cs)|human|agent|kakak admin|min"
        "|pihak toko|bagian (?:cs|komplain|layanan)|bos|salah satu (?:staf|tim|petugas)|sales",
        "gap": "(?:(?:sama|dengan|dgn|dg|sm|ke|kepada|sang|si|para|mas|mbak|kak|bapak|ibu|langsung|seorang|salah|satu|satunya|yang"
        "|yg|asli|beneran|nyata|tim|bagian|saja|aja|dong|tolong|seorg|pihak|oleh|via|lewat|bisa|lain|sungguhan|bukan|beneran) )"
        "{0,5}",
        "talk": "bicara|berbicara|ngomong|ngobrol|mengobrol|ngomongnya|chat|chatting|berkomunikasi|komunikasi|hubungi|menghubungi"
        "|ketemu|kontak|dihubungi|telepon|telpon|nelpon|menelepon|dilayani|dibantu|dibales|dibalas|dijawab|bercakap|tanya"
        "|berhubungan|berurusan|konsultasi",
        "with": "(?:langsung )?(?:sama|dengan|dgn|dg|sm|ke|kepada|oleh|ama|via|lewat)",
        "move": "sambung(?:in|kan)?|hubungkan|hubungin|disambung(?:in|kan)|dihubungkan|alihkan|dialihkan|pindahkan|transfer|teruskan"
        "|diteruskan|oper|operin|forward|arahkan|eskalasi|connect",
        "want": "mau|mo|pengen|pingin|ingin|minta|butuh|perlu|tolong panggil|panggil|panggilin|panggilkan|cari|kasih|saya mau"
        "|aku mau|kami mau|mana|tolong|berikan|beri|carikan|mohon",
        "bot": "bot|bots|botnya|robot|mesin|chatbot|ai|komputer|balasan otomatis|otomatis",
        "no": "tidak|tdk|gak|ga|gk|nggak|ngga|enggak|engga|tak|ndak|jangan|jgn|bukan|males|malas|belum|blm|g",
        "wish": "(?:usah|mau|perlu|butuh|ingin|pengen|minta|bicara|berbicara|ngomong|ngobrol|chat|dengan|sama|dgn|sm|ke|di|sambungkan"
        "|disambungkan|hubungkan|dihubungkan|panggil|hubungi|dihubungi|oleh|saya|aku|telepon|telpon|ditelepon|menghubungi|lagi|harus"
        "|sampai|transfer|alihkan|dialihkan|ada|kok)",
    },
    alone="admin,orang,manusia,petugas,operator,cs,customer service,customer care,layanan pelanggan,orang asli,manusia asli,agen"
    ",orang beneran,staf,manajer,supervisor,human,adminnya,csnya,cs nya,mimin,orang nyata,manusia beneran,agent,orang sungguhan"
    ",perwakilan,live chat,mana admin,mana cs",
    fillers="halo hai hi kak min tolong dong please pls plis ya sih mau minta butuh sekarang segera cepat saya aku bicara sama dengan"
    " dgn ke mas mbak bang pak bu sis gan permisi mana kok selamat pagi siang sore malam anjing anjir bangsat woi woy oi hey asap"
    " aja deh nih lah mohon mau ngomong chat panggil asli bisa kah",
    asks=(
        "<talk>(?: (?:langsung|dong|aja|saja|saya|aku|sekarang|kami)){0,2} <with> <gap><person>(?! tua)",
        "(?:hubungi|menghubungi|kontak|telepon|telpon|chat|tanya|ketemu) <gap>(?:<person>)(?! tua)",
        "(?:dilayani|dibantu|dijawab|dibalas|ditangani) (?:oleh |sama )?<gap>(?:<person>)",
        "<move>(?: (?:saya|aku|gue|gw|kami|ini|chat|langsung|dong|aja|percakapan)){0,3} <with> <gap><person>",
        "<move>(?: (?:saya|aku|gue|gw|kami|ini|chat|langsung|dong)){0,3} (?:admin|cs|petugas|operator|customer service)",
        "<want>(?: (?:saya|aku|langsung|bantuan|dari|ada|dong|yang|yg|sama|dengan|aja|sekarang|respon|balasan)){0,3} <gap>(?:<person>)"
        "(?! (?:tua|perjalanan|properti|asuransi|panel|dapur))",
        "(?:ada|apakah ada|gak ada|ga ada|tidak ada|nggak ada) <gap>(?:<person>)(?: (?:di sini|disini|disana|yang|yg|asli|ga|gak|nggak"
        "|tidak|kah|nya|ngga|gk|yang bisa|beneran|online|standby|jaga)|(?= $))",
        "(?:orang|manusia|admin|cs|petugas|agen|operator) (?:asli|beneran|benaran|sungguhan|nyata|hidup|betulan|dong|donk|plis|please)",
        "(?:<person>) (?:yang |yg |tolong |bisa )*(?:bales|balas|dibalas|dibales|jawab|telepon|telpon|hubungi|bantu|bantuin|layani|tangani) (?:saya|aku|gue|gw"
        "|kami|dong|chat)",
        "(?:<person>) (?:yang |yg |tolong |bisa |mohon )*(?:dibalas|dibales|bales|balas)(?= $)",
        "mana (?:admin|adminnya|cs|csnya|orangnya|petugasnya|manusianya|orang)",
        "(?:<no>|stop|capek|cape|benci|bosan|bosen|muak)(?: (?:mau|pengen|ingin|pake|pakai|sama|dengan|dgn|bicara|ngomong|ngobrol|chat|usah"
        "|lagi|balas|bales|dibalas|dijawab|butuh|perlu|yang|yg|ini|oleh|berurusan|dilayani|ngobrol|gue|saya|ngomongin)){0,5}"
        " <bot>(?! (?:cuci|jahit|kopi))",
        "(?:(?<=^ )|(?<=tolong )|(?<=bisa )|(?<=pls )|(?<=please )|(?<=mohon )|(?<=minta )|(?<=mau )|(?<=segera )|(?<=dan ))"
        "(?:telepon|telpon|telp|tlp|hubungi|call|tlpn|telfon|di ?telepon|di ?telpon|di ?telfon|di ?hubungi)"
        "(?: balik)? (?:saya|aku|gue|gw|balik|kami|dong|sekarang|aja)",
    ),
    set_aside=(
        "agen (?:perjalanan|properti|asuransi|pembersih|resmi|travel|tiket|gas|pengiriman)",
        "(?:jadi|menjadi|daftar) (?:agen|reseller|agent|cs|admin|karyawan|pegawai)",
        "orang (?:tua|lain|dewasa|rumah|banyak|kaya|indonesia|terdekat)",
        "(?:[0-9]+|satu|dua|tiga|empat|enam|per|berapa|tiap|setiap|banyak|untuk|buat|beberapa) (?:orang|manusia)",
        "(?:hak asasi|rambut|tubuh|sumber daya) manusia",
        "biaya admin",
        "(?:apakah |apa )?(?:kamu|anda|ini|kau|lu|lo|elu|kak|situ|saya bicara dengan|saya bicara sama|saya sedang bicara dengan)"
        "(?: (?:itu|adalah|ini|bot|atau|robot|apa|asli|seorang|beneran|benar|sama|dengan|mesin|ai|emang)){0,5} (?:<person>)"
        "(?: (?:asli|atau bot|atau robot|apa bot|beneran|bukan|atau mesin|atau ai))?",
        "(?:<no>)(?: <wish>){1,6} (?:<person>)(?= $| lagi| kok| ya| dulu| asli| makasih| terima| karena| cukup| saya| apa| cuma)",
        "(?:tanpa|daripada)(?: (?:harus|perlu|bicara|ngomong|chat|menghubungi|hubungi|dengan|sama|ke|lewat)){0,4} (?:<person>)",
        "(?:<no>) (?:usah )?(?:telepon|telpon|hubungi)(?: (?:saya|aku))?",
        "kurir(?:nya)?(?: (?:tidak|gak|ga|belum|nggak))? (?:telepon|telpon|hubungi|menghubungi|nelpon)(?: saya)?",
        "(?:admin|cs|adminnya|csnya) (?:ramah|baik|kemarin|nya ramah|bilang|fast|bintang|sudah)",
        "(?:nomor|no|jam) (?:rekening )?(?:admin|cs|customer service)",
    ),
)
