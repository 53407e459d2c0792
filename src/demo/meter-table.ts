// The meters of the demonstration complex 演示电表, one to a line:
// serial premises floor | phases point | load | watts | opening yuan | flags | 名称 | name | 商户
// Companies are invented. Openings of a few fen on heavy loads go dark while somebody watches.
// A place on bus 2 is a flag: `1:4-6` is device 1, circuits 4 to 6; `9` is device 9, all of it.
// `main` marks the main meter of a building; a number after it is the ratio of its transformers.

export const METER_TABLE = `
01 A-101 1 |3 power   |restaurant     |15000|486.00|-        |蜀香小厨|Shuxiang Kitchen|锦城蜀香餐饮有限公司
02 A-101 1 |3 aircon  |restaurant     | 9000|212.50|-        |蜀香小厨|Shuxiang Kitchen|锦城蜀香餐饮有限公司
03 A-102 1 |1 lighting|milk-tea       | 3500| 96.40|-        |茶语时光|Tea Moments|锦城茶语饮品有限公司
04 A-103 1 |1 lighting|pharmacy       | 2200|158.00|-        |康宁大药房|Kangning Pharmacy|康宁医药连锁有限公司
05 A-104 1 |3 power   |supermarket    |18000|768.30|-        |邻里超市|Neighbour Market|邻里商业管理有限公司
06 A-104 1 |3 power   |cold-room      | 6000|330.00|protected|邻里超市冷库|Market Cold Room|邻里商业管理有限公司
07 A-105 1 |1 lighting|clothing       | 2600| 24.60|-        |素衣坊|Plain Dress|锦城素衣服饰有限公司
08 A-106 1 |3 power   |round-the-clock|24000|  0.36|-        |通宵面馆|All Night Noodles|锦城老巷面业有限公司
09 A-201 2 |1 lighting|clothing       | 3200|118.00|-        |云裳女装|Yunshang Fashion|云裳服饰有限公司
10 A-202 2 |1 lighting|clothing       | 2800| 75.80|-        |童趣童装|Tongqu Kids|童趣儿童用品有限公司
11 A-202 2 |1 aircon  |clothing       | 4200| 41.20|-        |童趣童装|Tongqu Kids|童趣儿童用品有限公司
12 A-203 2 |1 lighting|milk-tea       | 3800|  8.80|-        |果然鲜茶|Guoran Fresh Tea|果然饮品有限公司
13 A-204 2 |1 lighting|pharmacy       | 1800| 66.00|-        |明眸眼镜|Bright Eyes Optical|明眸视光有限公司
14 A-301 3 |3 power   |restaurant     |16000|612.75|-        |炉边烤肉|Fireside Grill|炉边餐饮管理有限公司
15 A-302 3 |3 power   |restaurant     |14000| 88.20|-        |江畔鱼庄|Riverside Fish|江畔餐饮有限公司
16 A-303 3 |1 lighting|milk-tea       | 3000|134.90|-        |甜里甜品|Tianli Desserts|甜里食品有限公司
17 A-304 3 |3 power   |round-the-clock|20000|  0.18|-        |自助洗衣|Self Laundry|净衣生活服务有限公司
18 A-401 4 |1 lighting|office         | 4500|205.00|-        |启明教育|Qiming Education|启明教育科技有限公司
19 A-402 4 |1 lighting|office         | 3600|172.40|-        |墨白画室|Mobai Studio|墨白文化有限公司
20 A-403 4 |1 lighting|clothing       | 2400| 60.00|unopened |待租商铺|Vacant Shop|待租
21 A-501 5 |3 power   |gym            |13000|540.00|1:1-3    |跃动健身|Yuedong Gym|跃动体育有限公司
22 A-502 5 |3 power   |office         | 8000|398.60|1:4-6    |远航设计|Yuanhang Design|远航建筑设计有限公司
23 A-601 6 |3 power   |cinema         |22000|795.00|1:7-9    |银光影城|Silver Light Cinema|银光影院管理有限公司
24 A-GG1 1 |1 public  |public-stairs  | 1200|300.00|protected|A座公共楼梯|Stairs of A|锦绣物业
25 A-GG2 1 |3 public  |lift           | 7500|600.00|protected|A座电梯|Lifts of A|锦绣物业
26 A-503 5 |1 lighting|office         | 3200|146.00|1:10     |青禾心理|Qinghe Counselling|青禾心理咨询有限公司
27 A-602 6 |1 lighting|milk-tea       | 2800| 68.50|1:11     |影城茶吧|Cinema Tea Bar|锦城茶语饮品有限公司
28 A-ZB 1  |3 public  |parking        |90000|  0.00|9 main60 unopened|A座总表|Main Meter of A|锦绣物业
01 B-101 1 |1 lighting|pharmacy       | 2400|144.20|-        |百草堂药店|Baicao Pharmacy|百草堂医药有限公司
02 B-102 1 |3 power   |restaurant     |12500|356.00|-        |弄堂生煎|Lane Dumplings|弄堂餐饮有限公司
03 B-103 1 |1 lighting|milk-tea       | 3600| 52.30|-        |半糖主义|Half Sugar|半糖饮品有限公司
04 B-104 1 |1 lighting|clothing       | 2900|110.00|-        |行者户外|Walker Outdoor|行者户外用品有限公司
05 B-105 1 |1 lighting|clothing       | 2500| 16.40|-        |足间鞋馆|Zujian Shoes|足间鞋业有限公司
06 B-106 1 |3 power   |round-the-clock|22000|  0.25|-        |星夜便利店|Starry Night Store|星夜便利有限公司
07 B-107 1 |1 lighting|office         | 3000|188.00|-        |城东银行网点|East City Bank Desk|城东村镇银行
08 B-201 2 |1 lighting|clothing       | 3100| 84.60|-        |棉语家居|Mianyu Home|棉语家居有限公司
09 B-202 2 |1 lighting|clothing       | 2700| 92.00|-        |拾光饰品|Shiguang Trinkets|拾光饰品有限公司
10 B-203 2 |1 lighting|pharmacy       | 2000| 70.50|-        |美肌美容|Meiji Beauty|美肌美容有限公司
11 B-203 2 |1 aircon  |office         | 4800| 38.00|-        |美肌美容|Meiji Beauty|美肌美容有限公司
12 B-204 2 |1 lighting|milk-tea       | 3400|  6.60|-        |麦香面包|Maixiang Bakery|麦香食品有限公司
13 B-301 3 |3 power   |restaurant     |17000|504.00|-        |山城火锅|Hill City Hotpot|山城火锅餐饮有限公司
14 B-302 3 |3 power   |restaurant     |13500| 67.00|-        |渔港海鲜|Fishing Port Seafood|渔港餐饮有限公司
15 B-302 3 |3 power   |cold-room      | 5200|240.00|protected|渔港海鲜冷库|Seafood Cold Room|渔港餐饮有限公司
16 B-303 3 |1 lighting|restaurant     | 5500|128.80|-        |轻食沙拉|Light Salad|轻食餐饮有限公司
17 B-401 4 |1 lighting|office         | 3900|162.00|-        |乐童托管|Letong Day Care|乐童教育有限公司
18 B-402 4 |1 lighting|office         | 3500| 98.50|-        |琴韵琴行|Qinyun Music|琴韵文化有限公司
19 B-403 4 |1 lighting|office         | 3300|150.00|unopened |待租商铺|Vacant Shop|待租
20 B-501 5 |3 power   |hotel          |19000|720.00|1:1-3    |云栖酒店|Yunqi Hotel|云栖酒店管理有限公司
21 B-502 5 |3 power   |gym            | 9500|284.00|1:4-6    |静心瑜伽|Quiet Mind Yoga|静心健康有限公司
22 B-601 6 |3 power   |office         |10500|448.00|1:7-9    |汇智办公|Huizhi Offices|汇智企业服务有限公司
23 B-602 6 |3 power   |round-the-clock|26000|640.00|1:10-12  |极客网咖|Geek Internet Cafe|极客网络有限公司
24 B-GG1 1 |1 public  |public-stairs  | 1100|300.00|protected|B座公共楼梯|Stairs of B|锦绣物业
25 B-GG2 1 |3 public  |lift           | 7000|600.00|protected|B座电梯|Lifts of B|锦绣物业
26 B-503 5 |1 lighting|clothing       | 2600| 92.40|2:1      |瑜伽服饰|Yoga Wear|静心服饰有限公司
27 B-603 6 |1 lighting|office         | 3400|120.00|2:2      |法律咨询室|Law Desk|城东法律服务所
28 B-ZB 1  |3 public  |parking        |90000|  0.00|9 main60 unopened|B座总表|Main Meter of B|锦绣物业
01 P-001 -1|3 power   |supermarket    |20000|800.00|-        |鲜达生鲜|Xianda Fresh Food|鲜达供应链有限公司
02 P-001 -1|3 power   |cold-room      | 8500|420.00|protected|鲜达冷库|Xianda Cold Room|鲜达供应链有限公司
03 P-002 -1|1 lighting|milk-tea       | 3300|101.00|-        |一壶凉茶|One Pot Herbal Tea|一壶凉茶有限公司
04 P-003 -1|1 lighting|restaurant     | 6200|138.00|-        |老灶米线|Old Stove Rice Noodles|老灶餐饮有限公司
05 P-004 -1|1 lighting|restaurant     | 5800| 33.30|-        |北方水饺|Northern Dumplings|北味餐饮有限公司
06 P-005 -1|1 lighting|restaurant     | 6000|116.50|-        |黄记鸡汤|Huang Chicken Soup|黄记餐饮有限公司
07 P-006 -1|1 lighting|clothing       | 2300| 58.80|-        |十元小铺|Ten Yuan Shop|小铺百货有限公司
08 P-007 -1|1 lighting|pharmacy       | 1900| 79.00|-        |手机快修|Phone Repair|快修电子有限公司
09 P-008 -1|1 lighting|clothing       | 2100| 64.20|-        |配钥修鞋|Keys and Shoes|巧手便民服务部
10 P-009 -1|3 power   |round-the-clock|18000|  0.12|-        |电玩城|Arcade|欢乐电玩有限公司
11 P-010 -1|1 lighting|milk-tea       | 3700| 14.50|-        |鲜榨果汁|Fresh Juice|鲜榨饮品有限公司
12 P-011 -1|1 lighting|office         | 2800|126.00|-        |物业办公室|Property Office|锦绣物业
13 P-012 -1|1 lighting|restaurant     | 5600|176.00|unopened |待租档口|Vacant Stall|待租
14 P-013 -1|3 power   |parking        |16000|650.00|-        |汽车充电站|Car Charging|驰电新能源有限公司
15 P-014 -1|1 lighting|parking        | 4000|190.00|-        |洗车美容|Car Wash|亮车汽车服务有限公司
16 P-015 -1|3 aircon  |gym            | 9000|255.00|-        |泳动水世界|Swim World|泳动体育有限公司
17 P-016 -1|1 lighting|supermarket    | 4400| 28.00|-        |粮油干货|Grain and Oil|丰年粮油商行
18 P-GG1 -1|1 public  |parking        | 3000|500.00|-        |车库照明|Garage Lighting|锦绣物业
19 P-GG2 -1|3 public  |pump           | 9000|700.00|protected|消防水泵|Fire Pumps|锦绣物业
20 P-GG3 -1|1 public  |public-stairs  | 1000|260.00|protected|地下应急照明|Emergency Lighting|锦绣物业
21 P-ZB -1 |1 public  |parking        |80000|  0.00|9 main unopened|地下总表|Main Meter of P|锦绣物业
`
