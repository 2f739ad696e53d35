// Finding names in boxfs, and the file systems themselves: the root (image behind it) and every tmpfs.
import { ENOENT, ENOMEM } from '../../../abi/linux/errno.ts';
import { S_IFDIR } from '../../../abi/linux/stat.ts';
import { ERR_PTR, IS_ERR } from '../../lib/err.ts';
import { DENTRY_IMAGE, DENTRY_LOWER, Dentry, dentry_get, dentry_new } from '../../vfs/dentry.ts';
import { INODE_BOX, Inode, inode_new, inode_put } from '../../vfs/inode.ts';
import { SuperBlock, super_new } from '../../vfs/super_block.ts';
import { Directory, directory_add, directory_find, directory_of } from './directory.ts';
import { IMAGE_ENTRY, IMAGE_ENTRY_NAME, ImageEntry, image_dir_entry, image_dir_find } from './image_dir.ts';
import { image_inode, image_probe, image_root_ino, image_super_read } from './image_inode.ts';

/** Dentry of name in the directory `parent`; ERR_PTR: -ENOENT, -EBLOCKED, -EIO, -ENOMEM. */
export function box_lookup(parent: Dentry, name: usize, len: i32): usize {
  const inode = parent.inode;
  const contents = directory_of(inode);
  if (IS_ERR(contents)) return contents;
  const dir = changetype<Directory>(contents);
  const d = directory_find(dir, name, len);
  if (!d.isNull()) return d.isWhiteout() ? ERR_PTR(-ENOENT) : changetype<usize>(d);
  if (!dir.imageCount) return ERR_PTR(-ENOENT);
  const index = image_dir_find(inode, dir.imageCount, name, len);
  return index < 0 ? ERR_PTR(index) : from_image(parent, dir, index);
}

/** The dentry in memory for entry `index` of the image's directory, or ERR_PTR; -ENOENT when it is hidden. */
export function box_image_child(parent: Dentry, dir: Directory, index: u32): usize {
  const error = image_dir_entry(parent.inode, index);
  if (error) return ERR_PTR(error);
  const d = directory_find(dir, IMAGE_ENTRY_NAME, changetype<ImageEntry>(IMAGE_ENTRY).nameLen);
  if (!d.isNull()) return d.isWhiteout() ? ERR_PTR(-ENOENT) : changetype<usize>(d);
  return from_image(parent, dir, index);
}

/** Makes the dentry of the entry in IMAGE_ENTRY. */
function from_image(parent: Dentry, dir: Directory, index: u32): usize {
  const entry = changetype<ImageEntry>(IMAGE_ENTRY);
  const found = image_inode(parent.inode.sb, entry.ino);
  if (IS_ERR(found)) return found;
  const inode = changetype<Inode>(found);
  const d = dentry_new(parent, IMAGE_ENTRY_NAME, entry.nameLen, inode);
  inode_put(inode);
  if (d.isNull()) return ERR_PTR(-ENOMEM);
  d.flags |= DENTRY_IMAGE | DENTRY_LOWER;
  d.cookie = index;
  directory_add(dir, d);
  return changetype<usize>(d);
}

/** A tmpfs with an empty root directory: SuperBlock ptr or ERR_PTR. */
export function tmpfs_new(name: usize, magic: u32, mode: u32): usize {
  const sb = super_new(name, magic);
  if (!changetype<usize>(sb)) return ERR_PTR(-ENOMEM);
  const inode = inode_new(sb, INODE_BOX, S_IFDIR | mode, 0, 0);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  inode.nlink = 2;
  inode.size = 0;
  return set_root(sb, inode);
}

/** The root file system over the image: SuperBlock ptr or ERR_PTR (-EBLOCKED: nothing was made, call again). */
export function rootfs_new(name: usize, magic: u32): usize {
  const blocked = image_probe();
  if (blocked) return ERR_PTR(blocked);
  const sb = super_new(name, magic);
  if (!changetype<usize>(sb)) return ERR_PTR(-ENOMEM);
  const error = image_super_read(sb);
  if (error) return ERR_PTR(error);
  const root = image_inode(sb, image_root_ino());
  return IS_ERR(root) ? root : set_root(sb, changetype<Inode>(root));
}

function set_root(sb: SuperBlock, inode: Inode): usize {
  const root = dentry_new(changetype<Dentry>(0), 0, 0, inode);
  inode_put(inode);
  if (root.isNull()) return ERR_PTR(-ENOMEM);
  sb.root = changetype<usize>(dentry_get(root));
  return changetype<usize>(sb);
}
