# init, commit, branch, merge, clone over file://, gc, fsck.
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'
git config --global user.name maintainers; git config --global user.email maintainers@example.com; git config --global init.defaultBranch main
git init -q r; cd r; for i in 1 2 3; do seq $((i * 100)) > f$i; git add f$i; git commit -qm "commit $i"; done
git log --format='%h %s'; git checkout -qb side HEAD~1; echo side > s; git add s; git commit -qm side; git checkout -q main; git merge -q -m merge side; git log --oneline --graph | cat
git diff HEAD~1 --stat; sed -i 's/5/five/' f1; git diff | head -12; git stash -q; git stash list; cd ..; git clone -q "file://$PWD/r" c; cd c; git gc -q; git fsck 2>&1; git count-objects -v | grep -E '^(count|packs|in-pack)'; git blame f1 | head -2; git tag -a v1 -m v1; git describe
