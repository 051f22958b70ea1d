-- Search of signals (SIG-3, SIG-5) and the names of regions.

-- What lists are sorted and narrowed by, computed from the columns that say it, so that no statement can forget it.
-- The price is the asking price of a sale and the deposit of both leases.
ALTER TABLE signals ADD COLUMN price INTEGER GENERATED ALWAYS AS (COALESCE(asking_price, deposit)) VIRTUAL;
ALTER TABLE signals ADD COLUMN province TEXT GENERATED ALWAYS AS (substr(region_code, 1, 2)) VIRTUAL;
ALTER TABLE signals ADD COLUMN district TEXT GENERATED ALWAYS AS (substr(region_code, 1, 5)) VIRTUAL;
-- Without a date the owner leaves it to agreement, which any day can be.
ALTER TABLE signals ADD COLUMN free_from TEXT GENERATED ALWAYS AS (COALESCE(available_from, '0001-01-01')) VIRTUAL;

-- One index for each filter with the newest first, one for each other sort, and those for what is asked for most: a district's signals of
-- one intent, newest or by price. Every index ends with the id, which is the rest of a cursor. The day from which something is free has
-- none: SQLite knows no frequencies and walks the newest for it, which is right as long as most of what is offered is free soon.
CREATE INDEX signals_intent ON signals (intent, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_property_type ON signals (property_type, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_province ON signals (province, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_district ON signals (district, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_region ON signals (region_code, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_price ON signals (price, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_area ON signals (area, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_rent ON signals (monthly_rent, id) WHERE deleted_at IS NULL AND state = 'active' AND monthly_rent IS NOT NULL;
CREATE INDEX signals_intent_price ON signals (intent, price, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_district_intent ON signals (district, intent, id) WHERE deleted_at IS NULL AND state = 'active';
CREATE INDEX signals_district_intent_price ON signals (district, intent, price, id) WHERE deleted_at IS NULL AND state = 'active';

-- The description's pairs of characters as words (domain::signal::text), written with it. NULL where nobody has computed them yet: such a
-- row is filled by store::signal_search::fill and is found by every filter but the text until then.
ALTER TABLE signals ADD COLUMN grams TEXT;
CREATE INDEX signals_without_grams ON signals (id) WHERE grams IS NULL AND deleted_at IS NULL;

-- A number for each signal, because the number that SQLite gives a row by itself may change when the file is vacuumed.
CREATE TABLE signal_texts (
    number    INTEGER PRIMARY KEY,
    signal_id TEXT    NOT NULL UNIQUE REFERENCES signals (id)
) STRICT;

-- Which words are in which signal, and nothing else: neither their places nor the text itself, which stands in `grams`.
CREATE VIRTUAL TABLE signal_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

CREATE TRIGGER signals_words_insert AFTER INSERT ON signals WHEN NEW.grams IS NOT NULL
BEGIN
    INSERT INTO signal_texts (signal_id) VALUES (NEW.id);
    INSERT INTO signal_words (rowid, words) SELECT number, NEW.grams FROM signal_texts WHERE signal_id = NEW.id;
END;

CREATE TRIGGER signals_words_update AFTER UPDATE OF grams, deleted_at ON signals
WHEN NEW.grams IS NOT OLD.grams OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
    DELETE FROM signal_words WHERE rowid = (SELECT number FROM signal_texts WHERE signal_id = NEW.id);
    INSERT INTO signal_texts (signal_id) SELECT NEW.id
    WHERE NEW.grams IS NOT NULL AND NOT EXISTS (SELECT 1 FROM signal_texts WHERE signal_id = NEW.id);
    INSERT INTO signal_words (rowid, words) SELECT number, NEW.grams FROM signal_texts
    WHERE signal_id = NEW.id AND NEW.grams IS NOT NULL AND NEW.deleted_at IS NULL;
END;

-- Provinces (two digits), cities that have districts (four digits) and districts, cities and counties (five digits), as prefixes of
-- ten-digit legal-district codes. Source: legal-district codes of the Ministry of the Interior and Safety (code.go.kr), as they stood at the
-- end of 2024; romanised by the Revised Romanization of Korean. A region that came later is searched by its digits and has its
-- province's name until it is added here.
CREATE TABLE regions (
    code    TEXT NOT NULL PRIMARY KEY,
    parent  TEXT REFERENCES regions (code),
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL
) STRICT;

CREATE INDEX regions_parent ON regions (parent, code);

INSERT INTO regions (code, parent, name_ko, name_en) VALUES
    ('11', NULL, '서울특별시', 'Seoul'),
    ('11110', '11', '종로구', 'Jongno-gu'),
    ('11140', '11', '중구', 'Jung-gu'),
    ('11170', '11', '용산구', 'Yongsan-gu'),
    ('11200', '11', '성동구', 'Seongdong-gu'),
    ('11215', '11', '광진구', 'Gwangjin-gu'),
    ('11230', '11', '동대문구', 'Dongdaemun-gu'),
    ('11260', '11', '중랑구', 'Jungnang-gu'),
    ('11290', '11', '성북구', 'Seongbuk-gu'),
    ('11305', '11', '강북구', 'Gangbuk-gu'),
    ('11320', '11', '도봉구', 'Dobong-gu'),
    ('11350', '11', '노원구', 'Nowon-gu'),
    ('11380', '11', '은평구', 'Eunpyeong-gu'),
    ('11410', '11', '서대문구', 'Seodaemun-gu'),
    ('11440', '11', '마포구', 'Mapo-gu'),
    ('11470', '11', '양천구', 'Yangcheon-gu'),
    ('11500', '11', '강서구', 'Gangseo-gu'),
    ('11530', '11', '구로구', 'Guro-gu'),
    ('11545', '11', '금천구', 'Geumcheon-gu'),
    ('11560', '11', '영등포구', 'Yeongdeungpo-gu'),
    ('11590', '11', '동작구', 'Dongjak-gu'),
    ('11620', '11', '관악구', 'Gwanak-gu'),
    ('11650', '11', '서초구', 'Seocho-gu'),
    ('11680', '11', '강남구', 'Gangnam-gu'),
    ('11710', '11', '송파구', 'Songpa-gu'),
    ('11740', '11', '강동구', 'Gangdong-gu'),
    ('26', NULL, '부산광역시', 'Busan'),
    ('26110', '26', '중구', 'Jung-gu'),
    ('26140', '26', '서구', 'Seo-gu'),
    ('26170', '26', '동구', 'Dong-gu'),
    ('26200', '26', '영도구', 'Yeongdo-gu'),
    ('26230', '26', '부산진구', 'Busanjin-gu'),
    ('26260', '26', '동래구', 'Dongnae-gu'),
    ('26290', '26', '남구', 'Nam-gu'),
    ('26320', '26', '북구', 'Buk-gu'),
    ('26350', '26', '해운대구', 'Haeundae-gu'),
    ('26380', '26', '사하구', 'Saha-gu'),
    ('26410', '26', '금정구', 'Geumjeong-gu'),
    ('26440', '26', '강서구', 'Gangseo-gu'),
    ('26470', '26', '연제구', 'Yeonje-gu'),
    ('26500', '26', '수영구', 'Suyeong-gu'),
    ('26530', '26', '사상구', 'Sasang-gu'),
    ('26710', '26', '기장군', 'Gijang-gun'),
    ('27', NULL, '대구광역시', 'Daegu'),
    ('27110', '27', '중구', 'Jung-gu'),
    ('27140', '27', '동구', 'Dong-gu'),
    ('27170', '27', '서구', 'Seo-gu'),
    ('27200', '27', '남구', 'Nam-gu'),
    ('27230', '27', '북구', 'Buk-gu'),
    ('27260', '27', '수성구', 'Suseong-gu'),
    ('27290', '27', '달서구', 'Dalseo-gu'),
    ('27710', '27', '달성군', 'Dalseong-gun'),
    ('27720', '27', '군위군', 'Gunwi-gun'),
    ('28', NULL, '인천광역시', 'Incheon'),
    ('28110', '28', '중구', 'Jung-gu'),
    ('28140', '28', '동구', 'Dong-gu'),
    ('28177', '28', '미추홀구', 'Michuhol-gu'),
    ('28185', '28', '연수구', 'Yeonsu-gu'),
    ('28200', '28', '남동구', 'Namdong-gu'),
    ('28237', '28', '부평구', 'Bupyeong-gu'),
    ('28245', '28', '계양구', 'Gyeyang-gu'),
    ('28260', '28', '서구', 'Seo-gu'),
    ('28710', '28', '강화군', 'Ganghwa-gun'),
    ('28720', '28', '옹진군', 'Ongjin-gun'),
    ('29', NULL, '광주광역시', 'Gwangju'),
    ('29110', '29', '동구', 'Dong-gu'),
    ('29140', '29', '서구', 'Seo-gu'),
    ('29155', '29', '남구', 'Nam-gu'),
    ('29170', '29', '북구', 'Buk-gu'),
    ('29200', '29', '광산구', 'Gwangsan-gu'),
    ('30', NULL, '대전광역시', 'Daejeon'),
    ('30110', '30', '동구', 'Dong-gu'),
    ('30140', '30', '중구', 'Jung-gu'),
    ('30170', '30', '서구', 'Seo-gu'),
    ('30200', '30', '유성구', 'Yuseong-gu'),
    ('30230', '30', '대덕구', 'Daedeok-gu'),
    ('31', NULL, '울산광역시', 'Ulsan'),
    ('31110', '31', '중구', 'Jung-gu'),
    ('31140', '31', '남구', 'Nam-gu'),
    ('31170', '31', '동구', 'Dong-gu'),
    ('31200', '31', '북구', 'Buk-gu'),
    ('31710', '31', '울주군', 'Ulju-gun'),
    ('36', NULL, '세종특별자치시', 'Sejong'),
    ('41', NULL, '경기도', 'Gyeonggi-do'),
    ('4111', '41', '수원시', 'Suwon-si'),
    ('41111', '4111', '장안구', 'Jangan-gu'),
    ('41113', '4111', '권선구', 'Gwonseon-gu'),
    ('41115', '4111', '팔달구', 'Paldal-gu'),
    ('41117', '4111', '영통구', 'Yeongtong-gu'),
    ('4113', '41', '성남시', 'Seongnam-si'),
    ('41131', '4113', '수정구', 'Sujeong-gu'),
    ('41133', '4113', '중원구', 'Jungwon-gu'),
    ('41135', '4113', '분당구', 'Bundang-gu'),
    ('41150', '41', '의정부시', 'Uijeongbu-si'),
    ('4117', '41', '안양시', 'Anyang-si'),
    ('41171', '4117', '만안구', 'Manan-gu'),
    ('41173', '4117', '동안구', 'Dongan-gu'),
    ('4119', '41', '부천시', 'Bucheon-si'),
    ('41192', '4119', '원미구', 'Wonmi-gu'),
    ('41194', '4119', '소사구', 'Sosa-gu'),
    ('41196', '4119', '오정구', 'Ojeong-gu'),
    ('41210', '41', '광명시', 'Gwangmyeong-si'),
    ('41220', '41', '평택시', 'Pyeongtaek-si'),
    ('41250', '41', '동두천시', 'Dongducheon-si'),
    ('4127', '41', '안산시', 'Ansan-si'),
    ('41271', '4127', '상록구', 'Sangnok-gu'),
    ('41273', '4127', '단원구', 'Danwon-gu'),
    ('4128', '41', '고양시', 'Goyang-si'),
    ('41281', '4128', '덕양구', 'Deogyang-gu'),
    ('41285', '4128', '일산동구', 'Ilsandong-gu'),
    ('41287', '4128', '일산서구', 'Ilsanseo-gu'),
    ('41290', '41', '과천시', 'Gwacheon-si'),
    ('41310', '41', '구리시', 'Guri-si'),
    ('41360', '41', '남양주시', 'Namyangju-si'),
    ('41370', '41', '오산시', 'Osan-si'),
    ('41390', '41', '시흥시', 'Siheung-si'),
    ('41410', '41', '군포시', 'Gunpo-si'),
    ('41430', '41', '의왕시', 'Uiwang-si'),
    ('41450', '41', '하남시', 'Hanam-si'),
    ('4146', '41', '용인시', 'Yongin-si'),
    ('41461', '4146', '처인구', 'Cheoin-gu'),
    ('41463', '4146', '기흥구', 'Giheung-gu'),
    ('41465', '4146', '수지구', 'Suji-gu'),
    ('41480', '41', '파주시', 'Paju-si'),
    ('41500', '41', '이천시', 'Icheon-si'),
    ('41550', '41', '안성시', 'Anseong-si'),
    ('41570', '41', '김포시', 'Gimpo-si'),
    ('41590', '41', '화성시', 'Hwaseong-si'),
    ('41610', '41', '광주시', 'Gwangju-si'),
    ('41630', '41', '양주시', 'Yangju-si'),
    ('41650', '41', '포천시', 'Pocheon-si'),
    ('41670', '41', '여주시', 'Yeoju-si'),
    ('41800', '41', '연천군', 'Yeoncheon-gun'),
    ('41820', '41', '가평군', 'Gapyeong-gun'),
    ('41830', '41', '양평군', 'Yangpyeong-gun'),
    ('43', NULL, '충청북도', 'Chungcheongbuk-do'),
    ('4311', '43', '청주시', 'Cheongju-si'),
    ('43111', '4311', '상당구', 'Sangdang-gu'),
    ('43112', '4311', '서원구', 'Seowon-gu'),
    ('43113', '4311', '흥덕구', 'Heungdeok-gu'),
    ('43114', '4311', '청원구', 'Cheongwon-gu'),
    ('43130', '43', '충주시', 'Chungju-si'),
    ('43150', '43', '제천시', 'Jecheon-si'),
    ('43720', '43', '보은군', 'Boeun-gun'),
    ('43730', '43', '옥천군', 'Okcheon-gun'),
    ('43740', '43', '영동군', 'Yeongdong-gun'),
    ('43745', '43', '증평군', 'Jeungpyeong-gun'),
    ('43750', '43', '진천군', 'Jincheon-gun'),
    ('43760', '43', '괴산군', 'Goesan-gun'),
    ('43770', '43', '음성군', 'Eumseong-gun'),
    ('43800', '43', '단양군', 'Danyang-gun'),
    ('44', NULL, '충청남도', 'Chungcheongnam-do'),
    ('4413', '44', '천안시', 'Cheonan-si'),
    ('44131', '4413', '동남구', 'Dongnam-gu'),
    ('44133', '4413', '서북구', 'Seobuk-gu'),
    ('44150', '44', '공주시', 'Gongju-si'),
    ('44180', '44', '보령시', 'Boryeong-si'),
    ('44200', '44', '아산시', 'Asan-si'),
    ('44210', '44', '서산시', 'Seosan-si'),
    ('44230', '44', '논산시', 'Nonsan-si'),
    ('44250', '44', '계룡시', 'Gyeryong-si'),
    ('44270', '44', '당진시', 'Dangjin-si'),
    ('44710', '44', '금산군', 'Geumsan-gun'),
    ('44760', '44', '부여군', 'Buyeo-gun'),
    ('44770', '44', '서천군', 'Seocheon-gun'),
    ('44790', '44', '청양군', 'Cheongyang-gun'),
    ('44800', '44', '홍성군', 'Hongseong-gun'),
    ('44810', '44', '예산군', 'Yesan-gun'),
    ('44825', '44', '태안군', 'Taean-gun'),
    ('46', NULL, '전라남도', 'Jeollanam-do'),
    ('46110', '46', '목포시', 'Mokpo-si'),
    ('46130', '46', '여수시', 'Yeosu-si'),
    ('46150', '46', '순천시', 'Suncheon-si'),
    ('46170', '46', '나주시', 'Naju-si'),
    ('46230', '46', '광양시', 'Gwangyang-si'),
    ('46710', '46', '담양군', 'Damyang-gun'),
    ('46720', '46', '곡성군', 'Gokseong-gun'),
    ('46730', '46', '구례군', 'Gurye-gun'),
    ('46770', '46', '고흥군', 'Goheung-gun'),
    ('46780', '46', '보성군', 'Boseong-gun'),
    ('46790', '46', '화순군', 'Hwasun-gun'),
    ('46800', '46', '장흥군', 'Jangheung-gun'),
    ('46810', '46', '강진군', 'Gangjin-gun'),
    ('46820', '46', '해남군', 'Haenam-gun'),
    ('46830', '46', '영암군', 'Yeongam-gun'),
    ('46840', '46', '무안군', 'Muan-gun'),
    ('46860', '46', '함평군', 'Hampyeong-gun'),
    ('46870', '46', '영광군', 'Yeonggwang-gun'),
    ('46880', '46', '장성군', 'Jangseong-gun'),
    ('46890', '46', '완도군', 'Wando-gun'),
    ('46900', '46', '진도군', 'Jindo-gun'),
    ('46910', '46', '신안군', 'Sinan-gun'),
    ('47', NULL, '경상북도', 'Gyeongsangbuk-do'),
    ('4711', '47', '포항시', 'Pohang-si'),
    ('47111', '4711', '남구', 'Nam-gu'),
    ('47113', '4711', '북구', 'Buk-gu'),
    ('47130', '47', '경주시', 'Gyeongju-si'),
    ('47150', '47', '김천시', 'Gimcheon-si'),
    ('47170', '47', '안동시', 'Andong-si'),
    ('47190', '47', '구미시', 'Gumi-si'),
    ('47210', '47', '영주시', 'Yeongju-si'),
    ('47230', '47', '영천시', 'Yeongcheon-si'),
    ('47250', '47', '상주시', 'Sangju-si'),
    ('47280', '47', '문경시', 'Mungyeong-si'),
    ('47290', '47', '경산시', 'Gyeongsan-si'),
    ('47730', '47', '의성군', 'Uiseong-gun'),
    ('47750', '47', '청송군', 'Cheongsong-gun'),
    ('47760', '47', '영양군', 'Yeongyang-gun'),
    ('47770', '47', '영덕군', 'Yeongdeok-gun'),
    ('47820', '47', '청도군', 'Cheongdo-gun'),
    ('47830', '47', '고령군', 'Goryeong-gun'),
    ('47840', '47', '성주군', 'Seongju-gun'),
    ('47850', '47', '칠곡군', 'Chilgok-gun'),
    ('47900', '47', '예천군', 'Yecheon-gun'),
    ('47920', '47', '봉화군', 'Bonghwa-gun'),
    ('47930', '47', '울진군', 'Uljin-gun'),
    ('47940', '47', '울릉군', 'Ulleung-gun'),
    ('48', NULL, '경상남도', 'Gyeongsangnam-do'),
    ('4812', '48', '창원시', 'Changwon-si'),
    ('48121', '4812', '의창구', 'Uichang-gu'),
    ('48123', '4812', '성산구', 'Seongsan-gu'),
    ('48125', '4812', '마산합포구', 'Masanhappo-gu'),
    ('48127', '4812', '마산회원구', 'Masanhoewon-gu'),
    ('48129', '4812', '진해구', 'Jinhae-gu'),
    ('48170', '48', '진주시', 'Jinju-si'),
    ('48220', '48', '통영시', 'Tongyeong-si'),
    ('48240', '48', '사천시', 'Sacheon-si'),
    ('48250', '48', '김해시', 'Gimhae-si'),
    ('48270', '48', '밀양시', 'Miryang-si'),
    ('48310', '48', '거제시', 'Geoje-si'),
    ('48330', '48', '양산시', 'Yangsan-si'),
    ('48720', '48', '의령군', 'Uiryeong-gun'),
    ('48730', '48', '함안군', 'Haman-gun'),
    ('48740', '48', '창녕군', 'Changnyeong-gun'),
    ('48820', '48', '고성군', 'Goseong-gun'),
    ('48840', '48', '남해군', 'Namhae-gun'),
    ('48850', '48', '하동군', 'Hadong-gun'),
    ('48860', '48', '산청군', 'Sancheong-gun'),
    ('48870', '48', '함양군', 'Hamyang-gun'),
    ('48880', '48', '거창군', 'Geochang-gun'),
    ('48890', '48', '합천군', 'Hapcheon-gun'),
    ('50', NULL, '제주특별자치도', 'Jeju-do'),
    ('50110', '50', '제주시', 'Jeju-si'),
    ('50130', '50', '서귀포시', 'Seogwipo-si'),
    ('51', NULL, '강원특별자치도', 'Gangwon State'),
    ('51110', '51', '춘천시', 'Chuncheon-si'),
    ('51130', '51', '원주시', 'Wonju-si'),
    ('51150', '51', '강릉시', 'Gangneung-si'),
    ('51170', '51', '동해시', 'Donghae-si'),
    ('51190', '51', '태백시', 'Taebaek-si'),
    ('51210', '51', '속초시', 'Sokcho-si'),
    ('51230', '51', '삼척시', 'Samcheok-si'),
    ('51720', '51', '홍천군', 'Hongcheon-gun'),
    ('51730', '51', '횡성군', 'Hoengseong-gun'),
    ('51750', '51', '영월군', 'Yeongwol-gun'),
    ('51760', '51', '평창군', 'Pyeongchang-gun'),
    ('51770', '51', '정선군', 'Jeongseon-gun'),
    ('51780', '51', '철원군', 'Cheorwon-gun'),
    ('51790', '51', '화천군', 'Hwacheon-gun'),
    ('51800', '51', '양구군', 'Yanggu-gun'),
    ('51810', '51', '인제군', 'Inje-gun'),
    ('51820', '51', '고성군', 'Goseong-gun'),
    ('51830', '51', '양양군', 'Yangyang-gun'),
    ('52', NULL, '전북특별자치도', 'Jeonbuk State'),
    ('5211', '52', '전주시', 'Jeonju-si'),
    ('52111', '5211', '완산구', 'Wansan-gu'),
    ('52113', '5211', '덕진구', 'Deokjin-gu'),
    ('52130', '52', '군산시', 'Gunsan-si'),
    ('52140', '52', '익산시', 'Iksan-si'),
    ('52180', '52', '정읍시', 'Jeongeup-si'),
    ('52190', '52', '남원시', 'Namwon-si'),
    ('52210', '52', '김제시', 'Gimje-si'),
    ('52710', '52', '완주군', 'Wanju-gun'),
    ('52720', '52', '진안군', 'Jinan-gun'),
    ('52730', '52', '무주군', 'Muju-gun'),
    ('52740', '52', '장수군', 'Jangsu-gun'),
    ('52750', '52', '임실군', 'Imsil-gun'),
    ('52770', '52', '순창군', 'Sunchang-gun'),
    ('52790', '52', '고창군', 'Gochang-gun'),
    ('52800', '52', '부안군', 'Buan-gun');

-- SQLite plans by statistics or by guesses, and nobody analyses an embedded file. These are the statistics of a market of a quarter of a
-- million signals, so that plans are the same everywhere and right where it matters: rows, then rows for each value of the first column, of
-- the first two, and so on. `ANALYZE` replaces them by what is true.
ANALYZE regions;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('signals', 'sqlite_autoindex_signals_1', '250000 1'),
    ('signals', 'signals_owner', '250000 5 1'),
    ('signals', 'signals_newest', '200000 1'),
    ('signals', 'signals_intent', '200000 66000 1'),
    ('signals', 'signals_property_type', '200000 33000 1'),
    ('signals', 'signals_province', '200000 12000 1'),
    ('signals', 'signals_district', '200000 800 1'),
    ('signals', 'signals_region', '200000 40 1'),
    ('signals', 'signals_price', '200000 50 1'),
    ('signals', 'signals_area', '200000 100 1'),
    ('signals', 'signals_rent', '60000 200 1'),
    ('signals', 'signals_intent_price', '200000 66000 30 1'),
    ('signals', 'signals_district_intent', '200000 800 270 1'),
    ('signals', 'signals_district_intent_price', '200000 800 270 2 1');
