// Bit manipulation and other general-purpose extensions: BMI1, BMI2, LZCNT, POPCNT, ADX, MOVBE, CRC32 (SSE4.2).
import type { Row } from './dsl.ts';

export const BITS: Row[] = [
  ['POPCNT', 'F3 0F B8 /r', 'Gv,Ev', 'v2'],
  ['TZCNT', 'F3 0F BC /r', 'Gv,Ev'],
  ['LZCNT', 'F3 0F BD /r', 'Gv,Ev'],
  ['MOVBE', 'NFx 0F 38 F0 /r', 'Gv,Mv'],
  ['MOVBE', 'NFx 0F 38 F1 /r', 'Mv,Gv'],
  ['CRC32', 'F2 0F 38 F0 /r', 'Gy,Eb', 'size=src v2'],
  ['CRC32', 'F2 0F 38 F1 /r', 'Gy,Ev', 'size=src v2'],
  ['ADCX', '66 0F 38 F6 /r', 'Gy,Ey'],
  ['ADOX', 'F3 0F 38 F6 /r', 'Gy,Ey'],
  ['ANDN', 'VEX.L0.NP.0F38 F2 /r', 'Gy,By,Ey'],
  ['BLSR', 'VEX.L0.NP.0F38 F3 /1', 'By,Ey'],
  ['BLSMSK', 'VEX.L0.NP.0F38 F3 /2', 'By,Ey'],
  ['BLSI', 'VEX.L0.NP.0F38 F3 /3', 'By,Ey'],
  ['BZHI', 'VEX.L0.NP.0F38 F5 /r', 'Gy,Ey,By'],
  ['PEXT', 'VEX.L0.F3.0F38 F5 /r', 'Gy,By,Ey'],
  ['PDEP', 'VEX.L0.F2.0F38 F5 /r', 'Gy,By,Ey'],
  ['MULX', 'VEX.L0.F2.0F38 F6 /r', 'Gy,By,Ey'],
  ['BEXTR', 'VEX.L0.NP.0F38 F7 /r', 'Gy,Ey,By'],
  ['SHLX', 'VEX.L0.66.0F38 F7 /r', 'Gy,Ey,By'],
  ['SARX', 'VEX.L0.F3.0F38 F7 /r', 'Gy,Ey,By'],
  ['SHRX', 'VEX.L0.F2.0F38 F7 /r', 'Gy,Ey,By'],
  ['RORX', 'VEX.L0.F2.0F3A F0 /r', 'Gy,Ey,ub'],
];
