# Regular expressions over a text: captures, alternation, substitution with code, counting.
my (%count, $sum);
open(my $in, '<', 'text') or die;
while (<$in>) {
  last if $. > 60000;
  $count{lc $1}++ while /\b([aeiou]\w+)\b/gi;
  $sum += $1 * $2 if /(\d+)\W+(\d+)/;
  s/(\w+)ing\b/uc($1)/ge;
  $sum += length;
}
print join(' ', map { "$_=$count{$_}" } (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 4]), " $sum\n";
