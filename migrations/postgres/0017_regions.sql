-- Districts and provinces that were formed or ended since the list of migration 0011 (SIG-3).
--
-- Source: legal-district codes of the Ministry of the Interior and Safety (code.go.kr), as retrieved on 2026-10-08 and compared row by row
-- with what stands here: all others are the same. Romanised by the Revised Romanization of Korean.

-- A region that ended is listed no more but keeps its name, for the signals that were published under its digits.
ALTER TABLE regions ADD COLUMN is_current BIGINT NOT NULL DEFAULT 1 CHECK (is_current IN (0, 1));

UPDATE regions SET is_current = 0
WHERE code IN ('28110', '28140', '28260', '29', '46') OR parent IN ('29', '46');

-- Hwaseong has districts now: its own digits are four.
DELETE FROM regions WHERE code = '41590';

INSERT INTO regions (code, parent, name_ko, name_en) VALUES
    ('12', NULL, '전남광주통합특별시', 'Jeonnam-Gwangju'),
    ('4159', '41', '화성시', 'Hwaseong-si'),
    ('12110', '12', '목포시', 'Mokpo-si'),
    ('12130', '12', '여수시', 'Yeosu-si'),
    ('12150', '12', '순천시', 'Suncheon-si'),
    ('12170', '12', '나주시', 'Naju-si'),
    ('12190', '12', '광양시', 'Gwangyang-si'),
    ('12210', '12', '동구', 'Dong-gu'),
    ('12240', '12', '서구', 'Seo-gu'),
    ('12270', '12', '남구', 'Nam-gu'),
    ('12300', '12', '북구', 'Buk-gu'),
    ('12330', '12', '광산구', 'Gwangsan-gu'),
    ('12710', '12', '담양군', 'Damyang-gun'),
    ('12720', '12', '곡성군', 'Gokseong-gun'),
    ('12730', '12', '구례군', 'Gurye-gun'),
    ('12740', '12', '고흥군', 'Goheung-gun'),
    ('12750', '12', '보성군', 'Boseong-gun'),
    ('12760', '12', '화순군', 'Hwasun-gun'),
    ('12770', '12', '장흥군', 'Jangheung-gun'),
    ('12780', '12', '강진군', 'Gangjin-gun'),
    ('12790', '12', '해남군', 'Haenam-gun'),
    ('12800', '12', '영암군', 'Yeongam-gun'),
    ('12810', '12', '무안군', 'Muan-gun'),
    ('12820', '12', '함평군', 'Hampyeong-gun'),
    ('12830', '12', '영광군', 'Yeonggwang-gun'),
    ('12840', '12', '장성군', 'Jangseong-gun'),
    ('12850', '12', '완도군', 'Wando-gun'),
    ('12860', '12', '진도군', 'Jindo-gun'),
    ('12870', '12', '신안군', 'Sinan-gun'),
    ('28125', '28', '제물포구', 'Jemulpo-gu'),
    ('28155', '28', '영종구', 'Yeongjong-gu'),
    ('28275', '28', '서해구', 'Seohae-gu'),
    ('28290', '28', '검단구', 'Geomdan-gu'),
    ('41591', '4159', '만세구', 'Manse-gu'),
    ('41593', '4159', '효행구', 'Hyohaeng-gu'),
    ('41595', '4159', '병점구', 'Byeongjeom-gu'),
    ('41597', '4159', '동탄구', 'Dongtan-gu');
